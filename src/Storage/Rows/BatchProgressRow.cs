namespace Pipeline.Storage.Rows;

/// <summary>
/// Counts of one batch and recipe, exact at the moment of reading:
/// <c>Pending + Running + Done + Rejected + Quarantined = Accepted</c>.
/// </summary>
public sealed class BatchProgressRow
{
    public long BatchId { get; init; }
    public required string Batch { get; init; }
    public required string BatchState { get; init; }
    public required string Recipe { get; init; }

    /// <summary>Lines refused when they were read.</summary>
    public long RejectedLines { get; init; }

    /// <summary>Lines accepted.</summary>
    public long Accepted { get; init; }

    /// <summary>Accepted lines whose document was known before.</summary>
    public long Duplicates { get; init; }
    public long Pending { get; init; }
    public long Running { get; init; }
    public long Done { get; init; }

    /// <summary>Accepted lines that an engine refused.</summary>
    public long Rejected { get; init; }
    public long Quarantined { get; init; }
    public long Embedded { get; init; }
    public long Summarized { get; init; }
    public long SummariesEmbedded { get; init; }
    public long Scored { get; init; }

    /// <summary>No work is left for this recipe, scoring included.</summary>
    public bool IsFinished => BatchState == "loaded" && Pending + Running == 0 && Scored >= Summarized;
}
