using System.Globalization;
using Pipeline.Cli.Output;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;
using Pipeline.Storage.Vectors;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pipeline.Cli.Status;

/// <summary>A snapshot as tables.</summary>
internal static class StatusTables
{
    /// <summary>Everything, one below the other.</summary>
    public static IRenderable All(StatusSnapshot status)
    {
        var rows = new List<IRenderable> { Work(status) };
        if (status.Ready.Values.Any(count => count is null))
        {
            rows.Add(new Text(Say("?: RabbitMQ does not answer, or has no such queue", "?：RabbitMQ 没有响应，或没有该队列")));
        }

        if (status.Eta is { } eta)
        {
            rows.Add(new Text(Say($"about {ProgressDisplay.Duration(eta)} left at this rate", $"按目前速度约剩 {ProgressDisplay.Duration(eta)}")));
        }

        rows.Add(Workers(status));
        rows.Add(Batches(status.Batches));
        if (status.Indexes.Count > 0)
        {
            rows.Add(Indexes(status.Indexes));
        }

        return new Rows(rows);
    }

    /// <summary>Embedders and their indexes.</summary>
    public static Table Indexes(IReadOnlyList<VectorIndexRow> rows)
    {
        var table = new Table().Border(TableBorder.Minimal).Title(Say("vector indexes", "向量索引")).AddColumns(
            "id", Say("embedder", "向量化方案"), Say("vectors, about", "向量约数"), Say("table", "表"), Say("index", "索引"), Say("size", "大小"));
        foreach (var row in rows)
        {
            table.AddRow(
                N(row.EmbedderId), Markup.Escape(row.Embedder), row.Vectors is { } count ? N(count) : "?", ByteSize.Format(row.TableBytes),
                row.State switch
                {
                    VectorIndexState.None => "none",
                    VectorIndexState.Building => row.BuildPercent is { } percent ? $"building, {percent} %" : "building",
                    VectorIndexState.Ready => "ready",
                    _ => Say("broken off; build it again", "中断；请重建"),
                },
                row.IndexBytes > 0 ? ByteSize.Format(row.IndexBytes) : "");
        }

        return rows.Count > 0 ? table : table.Caption(Say("no embedder is registered", "还没有向量化方案"));
    }

    private static Table Work(StatusSnapshot status)
    {
        var table = new Table().Border(TableBorder.Minimal).Title(Say("work", "工作")).AddColumns(
            Say("stage", "阶段"), Say("pending", "待处理"), Say("running", "进行中"), Say("failed", "失败"), Say("messages", "消息"), Say("queued", "排队"),
            Say("workers", "进程"), Say("texts/s", "文本/秒"));
        foreach (var queue in status.Queues)
        {
            var name = StatusSnapshot.QueueOf(queue.Stage);
            table.AddRow(
                queue.Stage, N(queue.Pending), N(queue.Running), N(queue.Quarantined), N(queue.ChunksOutstanding),
                status.Ready[name] is { } count ? N(count) : "?",
                N(status.Workers.Count(worker => worker.Queue == name)), N(status.Rate(queue.Stage)));
        }

        return table;
    }

    private static Table Workers(StatusSnapshot status)
    {
        var table = new Table().Border(TableBorder.Minimal).Title(Say("workers", "工作进程")).AddColumns(
            Say("worker", "进程"), Say("queue", "队列"), Say("settled", "已完成"), Say("texts/s", "文本/秒"), Say("last sign", "最近心跳"));
        foreach (var worker in status.Workers)
        {
            table.AddRow(
                Markup.Escape(worker.Name), worker.Queue, N(worker.Settled), N(worker.TextsPerSecond), Say(
                    $"{worker.SinceHeartbeat.TotalSeconds:0} s ago",
                    $"{worker.SinceHeartbeat.TotalSeconds:0} 秒前"));
        }

        return status.Workers.Count > 0 ? table : table.Caption(Say("none is running; './pipeline up' starts them", "没有运行中的工作进程；'./pipeline up' 可启动"));
    }

    private static Table Batches(IReadOnlyList<BatchProgressRow> rows)
    {
        // A terminal has 80 columns: what most batches do not have gets none.
        string[] cancelled = rows.Any(row => row.Cancelled > 0) ? [Say("cancelled", "取消")] : [];
        string[] refused = rows.Any(row => row.RejectedLines > 0) ? [Say("refused", "拒绝")] : [];
        var table = new Table().Border(TableBorder.Minimal).Title(Say("batches", "批次")).AddColumns(
            [
                "id", Say("batch", "批次"), Say("recipe", "配方"), Say("accepted", "接收"), .. refused, Say("pending", "待处理"), Say("running", "进行中"),
                Say("done", "完成"), Say("failed", "失败"), .. cancelled, Say("scored", "已评分"), Say("progress", "进度"),
            ]);
        foreach (var row in rows)
        {
            table.AddRow(
            [
                N(row.BatchId), Markup.Escape(row.Batch), Markup.Escape(row.Recipe), N(row.Accepted), .. refused.Select(_ => N(row.RejectedLines)),
                N(row.Pending), N(row.Running), N(row.Done), N(row.Rejected + row.Quarantined),
                .. cancelled.Select(_ => N(row.Cancelled)), N(row.Scored), BatchProgress.Of([row]).Word,
            ]);
        }

        return rows.Count > 0 ? table : table.Caption(Say("none yet; './pipeline submit FILE' makes one", "还没有批次；'./pipeline submit FILE' 可创建"));
    }

    private static string N(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
