using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Pipeline.Cli.Output;
using Pipeline.Contracts;
using Pipeline.ServiceDefaults;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;
using RabbitMQ.Client.Exceptions;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>status</c>: queues, workers, batches, rate and estimated time left.</summary>
internal static class StatusCommand
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var batch = new Option<string?>("--batch", "-b") { Description = "Only this batch (id or name). Default: the ten newest.", HelpName = "B" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("status", "Show queues, workers and batches, counted in the ledger at this moment.") { batch, json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var reports = new BatchReports(installation.DataSource);
            long? batchId = result.GetValue(batch) is { } name ? (await reports.FindAsync(name, cancellationToken)).Id : null;
            var queues = await reports.QueuesAsync(cancellationToken);
            var workers = await new WorkerRegistry(installation.DataSource).ListAsync(cancellationToken);
            var progress = await reports.ProgressAsync(batchId, newest: 10, cancellationToken);
            var ready = await ReadyMessagesAsync(installation, cancellationToken);
            if (result.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new { queues, ready_messages = ready, workers, batches = progress, eta_seconds = Eta(queues, workers)?.TotalSeconds }, s_json));
                return ExitCode.Success;
            }

            AnsiConsole.Write(QueueTable(queues, workers, ready));
            if (Eta(queues, workers) is { } eta)
            {
                AnsiConsole.WriteLine($"about {ProgressDisplay.Duration(eta)} left at this rate");
            }

            AnsiConsole.Write(WorkerTable(workers));
            AnsiConsole.Write(BatchTable(progress));
            return ExitCode.Success;
        }));
        return command;
    }

    private static string QueueOf(string stage) => stage == "embed" ? QueueNames.EmbedTexts : QueueNames.SummarizeTexts;

    private static double Rate(string stage, IReadOnlyList<WorkerRow> workers) =>
        workers.Where(worker => worker.Queue == QueueOf(stage)).Sum(worker => worker.TextsPerSecond);

    /// <summary>The slowest stage decides.</summary>
    private static TimeSpan? Eta(IReadOnlyList<QueueRow> queues, IReadOnlyList<WorkerRow> workers)
    {
        var open = queues.Where(queue => queue.Pending + queue.Running > 0).ToList();
        return open.Count == 0 || open.Any(queue => Rate(queue.Stage, workers) <= 0)
            ? null
            : TimeSpan.FromSeconds(open.Max(queue => (queue.Pending + queue.Running) / Rate(queue.Stage, workers)));
    }

    private static async Task<Dictionary<string, long?>> ReadyMessagesAsync(Installation installation, CancellationToken cancellationToken)
    {
        var ready = new Dictionary<string, long?>();
        await using var topology = new QueueTopology(installation.Broker);
        foreach (var queue in QueueNames.All)
        {
            try
            {
                ready[queue] = await topology.ReadyMessagesAsync(queue, cancellationToken);
            }
            catch (BrokerUnreachableException)
            {
                // The ledger has the truth; that the broker is away is worth a line, not the end of the command.
                ready[queue] = null;
                await Console.Error.WriteLineAsync($"warning: RabbitMQ does not answer at {installation.Broker.Host}:{installation.Broker.Port}");
            }
        }

        return ready;
    }

    private static Table QueueTable(IReadOnlyList<QueueRow> queues, IReadOnlyList<WorkerRow> workers, Dictionary<string, long?> ready)
    {
        var table = new Table().Border(TableBorder.Minimal).Title("work").AddColumns("stage", "pending", "running", "failed", "messages", "queued", "workers", "texts/s");
        foreach (var queue in queues)
        {
            table.AddRow(
                queue.Stage, N(queue.Pending), N(queue.Running), N(queue.Quarantined), N(queue.ChunksOutstanding),
                ready[QueueOf(queue.Stage)] is { } count ? N(count) : "?",
                N(workers.Count(worker => worker.Queue == QueueOf(queue.Stage))), N(Rate(queue.Stage, workers)));
        }

        return table;
    }

    private static Table WorkerTable(IReadOnlyList<WorkerRow> workers)
    {
        var table = new Table().Border(TableBorder.Minimal).Title("workers").AddColumns("worker", "queue", "settled", "texts/s", "last sign");
        foreach (var worker in workers)
        {
            table.AddRow(
                Markup.Escape(worker.Name), worker.Queue, N(worker.Settled), N(worker.TextsPerSecond), $"{worker.SinceHeartbeat.TotalSeconds:0} s ago");
        }

        return workers.Count > 0 ? table : table.Caption("none is running; './pipeline up' starts them");
    }

    private static Table BatchTable(IReadOnlyList<BatchProgressRow> rows)
    {
        var table = new Table().Border(TableBorder.Minimal).Title("batches")
            .AddColumns("id", "batch", "recipe", "accepted", "pending", "running", "done", "failed", "scored");
        foreach (var row in rows)
        {
            table.AddRow(
                N(row.BatchId), Markup.Escape(row.Batch), Markup.Escape(row.Recipe), N(row.Accepted) + (row.BatchState == "loading" ? " (loading)" : ""),
                N(row.Pending), N(row.Running), N(row.Done), N(row.Rejected + row.RejectedLines + row.Quarantined), N(row.Scored));
        }

        return rows.Count > 0 ? table : table.Caption("none yet; './pipeline submit FILE' makes one");
    }

    private static string N(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
