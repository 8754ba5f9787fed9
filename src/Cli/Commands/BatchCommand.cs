using System.CommandLine;
using Pipeline.Storage;

namespace Pipeline.Cli.Commands;

/// <summary><c>batch</c>: what was submitted, and how to be rid of it.</summary>
internal static class BatchCommand
{
    private static readonly TimeSpan s_maxOutage = TimeSpan.FromMinutes(1);

    public static Command Create() => new("batch", Say("List, cancel and prune batches.", "列出、取消和清理批次。"))
    {
        BatchListCommand.Create(), BatchCancelCommand.Create(), BatchPruneCommand.Create(),
    };

    /// <summary>Waits through a short outage, saying so.</summary>
    public static OutageRetry Outages() => new(TimeProvider.System, s_maxOutage, (_, delay) =>
        Console.Error.WriteLine(Say($"PostgreSQL does not answer; trying again in {delay.TotalSeconds:0.0} s", $"PostgreSQL 没有响应；{delay.TotalSeconds:0.0} 秒后重试")));
}
