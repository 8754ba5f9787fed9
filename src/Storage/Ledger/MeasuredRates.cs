using System.Collections.Concurrent;

namespace Pipeline.Storage.Ledger;

/// <summary>
/// How long a text of each recipe takes in this process, while other chunks share its engine: a mean that forgets. Safe to share between threads.
/// </summary>
internal sealed class MeasuredRates
{
    // Ten chunks back a measurement counts 3 %: texts differ, and so does what else the machine does.
    private const double NewestShare = 0.3;

    private readonly ConcurrentDictionary<int, double> _seconds = [];

    /// <summary>Adds a chunk.</summary>
    /// <param name="recipeId">The recipe that ran.</param>
    /// <param name="elapsed">From the chunk's begin to its end.</param>
    /// <param name="texts">Its texts, at least one.</param>
    /// <returns>Seconds for each text by now.</returns>
    public double Add(int recipeId, TimeSpan elapsed, int texts)
    {
        var measured = elapsed.TotalSeconds / texts;
        return _seconds.AddOrUpdate(recipeId, measured, (_, before) => before + (NewestShare * (measured - before)));
    }
}
