using System.Text.Json.Serialization;
using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Scoring.Comparison;

/// <summary>One row of a comparison as command line and HTTP API write it; the names of the statistics are those of docs/metrics.md.</summary>
public sealed record ComparisonDocument
{
    /// <summary>Which documents.</summary>
    [JsonPropertyName("slice")]
    public required string Slice { get; init; }

    /// <summary>Which number.</summary>
    [JsonPropertyName("metric")]
    public required string Metric { get; init; }

    /// <summary>Pairs.</summary>
    [JsonPropertyName("n")]
    public required int Count { get; init; }

    /// <summary>Mean under the first recipe.</summary>
    [JsonPropertyName("mean_a")]
    public required double MeanA { get; init; }

    /// <summary>Mean under the second.</summary>
    [JsonPropertyName("mean_b")]
    public required double MeanB { get; init; }

    /// <summary>Second less first.</summary>
    [JsonPropertyName("delta")]
    public required double Delta { get; init; }

    /// <summary>Ends of its 95 % interval.</summary>
    [JsonPropertyName("delta_ci95_percentile")]
    public required IReadOnlyList<double> Interval { get; init; }

    /// <summary>Standard error of the difference.</summary>
    [JsonPropertyName("se_diff")]
    public required double StandardError { get; init; }

    /// <summary>The p that counts, before correction.</summary>
    [JsonPropertyName("p")]
    public required double P { get; init; }

    /// <summary>After Holm's correction over all rows.</summary>
    [JsonPropertyName("p_holm")]
    public required double HolmP { get; init; }

    /// <summary>That of the bootstrap.</summary>
    [JsonPropertyName("p_paired_bs_shift")]
    public required double BootstrapP { get; init; }

    /// <summary>That of approximate randomisation.</summary>
    [JsonPropertyName("p_paired_ar")]
    public required double RandomizationP { get; init; }

    /// <summary>Pairs where the second is higher.</summary>
    [JsonPropertyName("wins")]
    public required int Wins { get; init; }

    /// <summary>Pairs where it is lower.</summary>
    [JsonPropertyName("losses")]
    public required int Losses { get; init; }

    /// <summary>Pairs without a difference.</summary>
    [JsonPropertyName("ties")]
    public required int Ties { get; init; }

    /// <summary>The corrected p is at most 0.05.</summary>
    [JsonPropertyName("significant")]
    public required bool IsSignificant { get; init; }

    /// <summary>Pairs that the test needs.</summary>
    [JsonPropertyName("needed")]
    public required int Needed { get; init; }

    /// <summary>That of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="minDifference">The difference that is to be found; null asks for what any test needs.</param>
    public static ComparisonDocument Of(ComparisonRow row, double? minDifference)
    {
        ArgumentNullException.ThrowIfNull(row);
        var result = row.Result;
        return new()
        {
            Slice = row.Slice,
            Metric = row.Metric,
            Count = result.Count,
            MeanA = result.MeanA,
            MeanB = result.MeanB,
            Delta = result.Delta.Mean,
            Interval = [result.Delta.Low, result.Delta.High],
            StandardError = result.StandardDeviation / Math.Sqrt(result.Count),
            P = result.P,
            HolmP = row.HolmP,
            BootstrapP = result.BootstrapP,
            RandomizationP = result.RandomizationP,
            Wins = result.Wins,
            Losses = result.Losses,
            Ties = result.Ties,
            IsSignificant = row.IsSignificant,
            Needed = minDifference is { } difference ? row.Needed(difference) : PairedTest.MinimumCount,
        };
    }
}
