using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Pipeline.Storage.Intake;

namespace Pipeline.Testing;

/// <summary>Documents to load and the way into the database.</summary>
public static class Backlog
{
    private static readonly string[] s_things = ["打印机", "空调", "门禁", "网络交换机", "投影仪", "电梯", "服务器", "显示器"];
    private static readonly string[] s_faults = ["无法启动", "频繁报警", "间歇性断连", "发出异响", "温度过高", "读不到卡"];
    private static readonly string[] s_actions = ["更换电源模块后恢复", "清洁滤网并复位", "升级固件并观察一天", "重新布线并测试", "联系厂家更换主板"];

    /// <summary>A document as intake takes it.</summary>
    public static IntakeDocument Document(long line, string id, string text, string? reference = null) =>
        new(line, id, text, SHA256.HashData(Encoding.UTF8.GetBytes(text)), reference);

    /// <summary>Distinct invented tickets, every one with a reference; the same arguments give the same tickets.</summary>
    public static IReadOnlyList<IntakeDocument> Tickets(int count, string mark = "") =>
        [.. Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"T-{i}")).Select((id, i) => Document(
            i + 1, id,
            $"工单{i}号：{s_things[i % 8]}{s_faults[i % 6]}。用户反映三楼{i % 40}号房间的{s_things[i % 8]}从上周开始{s_faults[i % 6]}，影响办公。"
                + $"现场检查发现接触不良，{s_actions[i % 5]}。已与用户确认，结束处理。{mark}",
            $"{s_things[i % 8]}{s_faults[i % 6]}，{s_actions[i % 5]}"))];

    /// <summary>Loads documents in windows, as the loader does, and closes the batch.</summary>
    public static async Task<OpenedBatch> LoadAsync(
        NpgsqlDataSource dataSource, BatchSubmission submission, IEnumerable<IntakeDocument> documents, int window = 500)
    {
        var intake = new BatchIntake(dataSource);
        var batch = await intake.OpenAsync(submission, TestContext.Current.CancellationToken);
        foreach (var part in documents.Chunk(window))
        {
            await intake.WriteAsync(batch.Id, submission, part, [], TestContext.Current.CancellationToken);
        }

        await intake.CloseAsync(batch.Id, TestContext.Current.CancellationToken);
        return batch;
    }
}
