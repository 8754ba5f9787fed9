using Pipeline.Contracts;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;

namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>The newest batches and the work on them.</summary>
/// <param name="Queues">Work by stage.</param>
/// <param name="Workers">Who is at work.</param>
/// <param name="Batches">Progress by batch and recipe, newest batch first.</param>
/// <param name="Failures">What failed in these batches.</param>
/// <param name="HasOlder">There are batches older than these.</param>
public sealed record Backlog(
    IReadOnlyList<QueueRow> Queues, IReadOnlyList<WorkerRow> Workers, IReadOnlyList<BatchProgressRow> Batches, IReadOnlyList<FailureGroup> Failures,
    bool HasOlder)
{
    /// <summary>Time to the end of all work at this rate.</summary>
    public TimeSpan? Left => WorkEstimate.Left(Queues, Rate);

    /// <summary>Nothing is left to do, scores included.</summary>
    public bool IsIdle => Batches.All(row => row.IsFinished) && Queues.All(queue => queue.Pending + queue.Running == 0);

    /// <summary>Texts per second of a stage.</summary>
    public double Rate(string stage) => WorkEstimate.Rate(Workers, QueueNames.OfStage(stage));

    /// <summary>Workers of a stage.</summary>
    public int WorkersOf(string stage) => Workers.Count(worker => worker.Queue == QueueNames.OfStage(stage));
}
