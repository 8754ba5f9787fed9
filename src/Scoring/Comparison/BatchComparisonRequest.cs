using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Scoring.Comparison;

/// <summary>What to compare in a batch.</summary>
/// <param name="BatchId">The batch.</param>
/// <param name="Batch">Its name, for messages.</param>
/// <param name="A">What is compared with.</param>
/// <param name="B">What is compared.</param>
public sealed record BatchComparisonRequest(long BatchId, string Batch, string A, string B)
{
    /// <summary>Names of metrics; empty for those that suit the batch.</summary>
    public IReadOnlyCollection<string> Metrics { get; init; } = [];

    /// <summary>Names of slices beside the whole batch.</summary>
    public IReadOnlyCollection<string> Slices { get; init; } = [];

    /// <summary>Category by external id, for the slice of that name.</summary>
    public IReadOnlyDictionary<string, string>? Categories { get; init; }

    /// <summary>ROUGE signature to compare under; null for the only one there is.</summary>
    public string? Signature { get; init; }

    /// <summary>Seed of the resampling.</summary>
    public int Seed { get; init; } = BootstrapInterval.DefaultSeed;

    /// <summary>
    /// Most draws of each test, all resamples together; 0 for no bound. With very many documents intervals are narrow, so fewer resamples find their
    /// ends closely enough; at least 1,000 are taken.
    /// </summary>
    public long MostDraws { get; init; }

    /// <summary>How many documents with the largest differences of each sign are wanted.</summary>
    public int Differences { get; init; }

    /// <summary>The metric of these differences; null for the first.</summary>
    public string? DifferencesBy { get; init; }
}
