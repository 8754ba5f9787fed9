using System.Text.Json.Nodes;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.OpenAi;

/// <summary>A server process that speaks the protocol.</summary>
public sealed class OpenAiServerFixture : IAsyncLifetime
{
    public const string Key = "secret-key-of-the-tests";

    private ServiceProcess? _process;

    /// <summary>Address up to <c>/v1</c>.</summary>
    public string BaseUrl => $"{_process!.Address!.ToString().TrimEnd('/')}/v1";

    public async ValueTask InitializeAsync()
    {
        _process = ServiceProcess.Start("OpenAiServer", new Dictionary<string, string> { ["OPENAI_SERVER_KEY"] = Key });
        await _process.ReadyAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>What came in since it was asked the last time.</summary>
    public async Task<(int Requests, int MostAtOnce, JsonNode? Last)> SeenAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/seen", UriKind.Relative));
        using var response = await _process!.SendAsync(request);
        var seen = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        return ((int)seen["requests"]!, (int)seen["most_at_once"]!, seen["last"]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}
