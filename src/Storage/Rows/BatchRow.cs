namespace Pipeline.Storage.Rows;

/// <summary>One submission of a file.</summary>
public sealed class BatchRow
{
    /// <summary>The batch id that the commands print.</summary>
    public long Id { get; init; }

    /// <summary>Owner of the documents.</summary>
    public required string Tenant { get; init; }

    /// <summary>Unique name within the tenant.</summary>
    public required string Name { get; init; }

    /// <summary>Where the documents come from; part of a document's identity.</summary>
    public required string Source { get; init; }

    /// <summary>SHA-256 of file content and options: the same submission again finds this row.</summary>
    public required byte[] Fingerprint { get; init; }

    /// <summary>The embedder of this batch.</summary>
    public int EmbedderId { get; init; }

    /// <summary><c>loading</c> until the last line is committed, then <c>loaded</c>.</summary>
    public required string State { get; init; }

    /// <summary>When the first line was about to be read.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
