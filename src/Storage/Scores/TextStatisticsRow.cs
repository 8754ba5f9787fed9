namespace Pipeline.Storage.Scores;

/// <summary>Text statistics of one summary; the columns of <c>pipeline.text_scores</c> say what they are. Null is what does not exist.</summary>
public sealed record TextStatisticsRow
{
    public required double Coverage { get; init; }

    public required double Density { get; init; }

    public required double CompressionNewsroom { get; init; }

    public required double? Novel1Gram { get; init; }

    public required double? Novel2Gram { get; init; }

    public required double? Novel3Gram { get; init; }

    public required double? Repeated1Gram { get; init; }

    public required double? Repeated2Gram { get; init; }

    public required double? NumberPrecision { get; init; }

    public required int Facts { get; init; }

    public required double? FactPrecision { get; init; }

    /// <summary>A JSON array of <c>{start, length, kind}</c>, in code points.</summary>
    public required string Unsupported { get; init; }

    /// <summary>Codes of failure classes, without commas.</summary>
    public required IReadOnlyList<string> AtRisk { get; init; }

    /// <summary>Codes of failure classes, without commas.</summary>
    public required IReadOnlyList<string> Failures { get; init; }
}
