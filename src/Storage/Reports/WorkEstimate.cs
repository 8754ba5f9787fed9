namespace Pipeline.Storage.Reports;

/// <summary>How fast the work goes and when it ends, from what the ledger and the workers say.</summary>
public static class WorkEstimate
{
    /// <summary>Texts per second of all workers of a queue.</summary>
    public static double Rate(IEnumerable<WorkerRow> workers, string queue) =>
        workers.Where(worker => worker.Queue == queue).Sum(worker => worker.TextsPerSecond);

    /// <summary>Time to the end at this rate: the slowest stage decides.</summary>
    /// <param name="queues">Work by stage.</param>
    /// <param name="rate">Texts per second of a stage.</param>
    /// <returns>Null when there is no work, and while a stage that has some makes no progress.</returns>
    public static TimeSpan? Left(IEnumerable<QueueRow> queues, Func<string, double> rate)
    {
        var open = queues.Where(queue => queue.Pending + queue.Running > 0).ToList();
        return open.Count == 0 || open.Any(queue => rate(queue.Stage) <= 0)
            ? null
            : TimeSpan.FromSeconds(open.Max(queue => (queue.Pending + queue.Running) / rate(queue.Stage)));
    }
}
