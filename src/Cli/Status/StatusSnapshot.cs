using Pipeline.Contracts;
using Pipeline.ServiceDefaults;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;
using Pipeline.Storage.Vectors;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Cli.Status;

/// <summary>Queues, workers and batches, counted in the ledger at one moment.</summary>
/// <param name="Queues">Work by stage.</param>
/// <param name="Ready">Messages that wait in the broker; null where it does not answer or has no such queue.</param>
/// <param name="Workers">Who is at work.</param>
/// <param name="Batches">The batches asked for, one row per recipe.</param>
/// <param name="Indexes">Vector indexes of the embedders that have vectors.</param>
internal sealed record StatusSnapshot(
    IReadOnlyList<QueueRow> Queues, IReadOnlyDictionary<string, long?> Ready, IReadOnlyList<WorkerRow> Workers,
    IReadOnlyList<BatchProgressRow> Batches, IReadOnlyList<VectorIndexRow> Indexes)
{
    private const int NewestBatches = 10;

    /// <summary>The slowest stage decides; null while one that has work makes no progress.</summary>
    public TimeSpan? Eta => WorkEstimate.Left(Queues, Rate);

    /// <summary>Reads it all.</summary>
    /// <param name="installation">Where from.</param>
    /// <param name="broker">Asked for the waiting messages; kept open from one look to the next.</param>
    /// <param name="batchId">Only this batch, or the newest ones.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<StatusSnapshot> ReadAsync(
        Installation installation, QueueTopology broker, long? batchId, CancellationToken cancellationToken)
    {
        var reports = new BatchReports(installation.DataSource);
        return new StatusSnapshot(
            await reports.QueuesAsync(cancellationToken),
            await ReadyMessagesAsync(broker, cancellationToken),
            await new WorkerRegistry(installation.DataSource).ListAsync(cancellationToken),
            await reports.ProgressAsync(batchId, NewestBatches, cancellationToken),
            [.. (await new VectorIndexes(installation.DataSource, TimeProvider.System).ListAsync(cancellationToken)).Where(row => row.TableBytes > 0)]);
    }

    /// <summary>The queue of a stage.</summary>
    public static string QueueOf(string stage) => QueueNames.OfStage(stage);

    /// <summary>Texts per second of all workers of a stage.</summary>
    public double Rate(string stage) => WorkEstimate.Rate(Workers, QueueOf(stage));

    private static async Task<Dictionary<string, long?>> ReadyMessagesAsync(QueueTopology broker, CancellationToken cancellationToken)
    {
        var ready = new Dictionary<string, long?>();
        foreach (var queue in QueueNames.All)
        {
            try
            {
                ready[queue] = await broker.ReadyMessagesAsync(queue, cancellationToken);
            }
            catch (BrokerUnreachableException)
            {
                // The ledger has the truth; that the broker is away is worth a question mark, not the end of the command.
                ready[queue] = null;
            }
        }

        return ready;
    }
}
