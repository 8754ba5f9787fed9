namespace Pipeline.Storage.Rows;

/// <summary>
/// Counts of one batch and recipe, exact at the moment of reading:
/// <c>Pending + Running + Done + Rejected + Quarantined + Cancelled = Accepted</c>.
/// </summary>
public sealed class BatchProgressRow
{
    public long BatchId { get; init; }
    public required string Batch { get; init; }

    /// <summary><c>loading</c>, <c>loaded</c>, <c>pruning</c> or <c>cancelled</c>.</summary>
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

    /// <summary>Accepted lines whose work was cancelled.</summary>
    public long Cancelled { get; init; }

    /// <summary>
    /// Steps that have ended, well or badly, of the four that every accepted line has: embed, summarise, embed the summary, score.
    /// </summary>
    public long SettledSteps { get; init; }

    /// <summary>When the first line was about to be read.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>All steps: when this many have ended, nothing is left to do.</summary>
    public long Steps => 4 * Accepted;

    /// <summary>No work is left for this recipe, scoring included.</summary>
    public bool IsFinished => BatchState is "loaded" or "cancelled" && SettledSteps == Steps;
}
