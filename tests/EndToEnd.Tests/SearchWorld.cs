using System.Security.Cryptography;
using System.Text;
using Pipeline.Inference.Models;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>Two tenants' tickets, embedded and summarised by the real services, which then wait for requests.</summary>
public sealed class SearchWorld : IAsyncLifetime
{
    public const string Stranger = "stranger";
    private const int Tickets = 96;
    private readonly BrokerFixture _broker = new();
    private readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("search-");
    private PipelineRig? _rig;
    private ServiceProcess? _scoring;

    /// <summary>The scoring service.</summary>
    public ServiceProcess Scoring => _scoring ?? throw new InvalidOperationException(TestServers.RabbitMq);

    /// <summary>The models of the workers.</summary>
    public ModelStore Models => new(Path.Combine(_models.FullName, "store"));

    internal PipelineRig Rig => _rig ?? throw new InvalidOperationException(TestServers.RabbitMq);

    public Task<ApiClient> ClientAsync(string role = "reader", string tenant = "default") => ApiClient.CreateAsync(Scoring, Rig.Database, role, tenant);

    public async ValueTask InitializeAsync()
    {
        if (!TestServers.HasPostgres || !TestServers.HasRabbitMq)
        {
            return;
        }

        await _broker.InitializeAsync();
        _rig = await PipelineRig.CreateAsync(_broker);
        _rig.Settings["PIPELINE__MODELS"] = Models.Root;
        _rig.Settings["PIPELINE__SEARCH__TOPICS__0__NAME"] = "office";
        _rig.Settings["PIPELINE__SEARCH__TOPICS__0__DESCRIPTION"] = "办公设备：打印机、投影仪、显示器、电脑";
        _rig.Settings["PIPELINE__SEARCH__TOPICS__1__NAME"] = "building";
        _rig.Settings["PIPELINE__SEARCH__TOPICS__1__DESCRIPTION"] = "楼宇设施：电梯、空调、门禁、水泵";
        await _rig.StartAsync("Ingest", "EmbedWorker", "SummarizeWorker");
        _scoring = await _rig.StartOneAsync("Scoring");
        await _rig.SubmitAsync(Backlog.Tickets(Tickets));
        await Backlog.LoadAsync(
            _rig.DataSource,
            _rig.Submission(Backlog.Tickets(1)) with { Tenant = Stranger, Fingerprint = SHA256.HashData(Encoding.UTF8.GetBytes(Stranger)) },
            [
                Backlog.Document(1, "S-1", "仓库打印机卡纸，已清理并恢复打印。") with { Category = "仓库" },
                Backlog.Document(2, "S-2", "仓库叉车充电器烧毁，已更换。"),
            ]);
        await _rig.AssertHealedAsync();
    }

    /// <summary>Room for a folder to import from.</summary>
    public string Source(string name) => Path.Combine(_models.FullName, name);

    public async ValueTask DisposeAsync()
    {
        if (_rig is not null)
        {
            await _rig.DisposeAsync();
            await _broker.DisposeAsync();
        }

        _models.Delete(recursive: true);
    }
}
