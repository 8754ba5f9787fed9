using System.Globalization;
using Pipeline.Cli.Output;
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
            rows.Add(new Text("?: RabbitMQ does not answer, or has no such queue"));
        }

        if (status.Eta is { } eta)
        {
            rows.Add(new Text($"about {ProgressDisplay.Duration(eta)} left at this rate"));
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
        var table = new Table().Border(TableBorder.Minimal).Title("vector indexes").AddColumns("id", "embedder", "vectors, about", "table", "index", "size");
        foreach (var row in rows)
        {
            table.AddRow(
                N(row.EmbedderId), Markup.Escape(row.Embedder), row.Vectors is { } count ? N(count) : "?", ByteSize.Format(row.TableBytes),
                row.State switch
                {
                    VectorIndexState.None => "none",
                    VectorIndexState.Building => row.BuildPercent is { } percent ? $"building, {percent} %" : "building",
                    VectorIndexState.Ready => "ready",
                    _ => "broken off; build it again",
                },
                row.IndexBytes > 0 ? ByteSize.Format(row.IndexBytes) : "");
        }

        return rows.Count > 0 ? table : table.Caption("no embedder is registered");
    }

    private static Table Work(StatusSnapshot status)
    {
        var table = new Table().Border(TableBorder.Minimal).Title("work").AddColumns("stage", "pending", "running", "failed", "messages", "queued", "workers", "texts/s");
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
        var table = new Table().Border(TableBorder.Minimal).Title("workers").AddColumns("worker", "queue", "settled", "texts/s", "last sign");
        foreach (var worker in status.Workers)
        {
            table.AddRow(
                Markup.Escape(worker.Name), worker.Queue, N(worker.Settled), N(worker.TextsPerSecond), $"{worker.SinceHeartbeat.TotalSeconds:0} s ago");
        }

        return status.Workers.Count > 0 ? table : table.Caption("none is running; './pipeline up' starts them");
    }

    private static Table Batches(IReadOnlyList<BatchProgressRow> rows)
    {
        // A terminal has 80 columns: what most batches do not have gets none.
        string[] cancelled = rows.Any(row => row.Cancelled > 0) ? ["cancelled"] : [];
        var table = new Table().Border(TableBorder.Minimal).Title("batches").AddColumns(
            ["id", "batch", "recipe", "accepted", "pending", "running", "done", "failed", .. cancelled, "scored", "progress"]);
        foreach (var row in rows)
        {
            table.AddRow(
            [
                N(row.BatchId), Markup.Escape(row.Batch), Markup.Escape(row.Recipe), N(row.Accepted),
                N(row.Pending), N(row.Running), N(row.Done), N(row.Rejected + row.RejectedLines + row.Quarantined),
                .. cancelled.Select(_ => N(row.Cancelled)), N(row.Scored), BatchProgress.Of([row]).Word,
            ]);
        }

        return rows.Count > 0 ? table : table.Caption("none yet; './pipeline submit FILE' makes one");
    }

    private static string N(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
