namespace Pipeline.Ingest.Sources;

/// <summary>What one record of an input became: an <see cref="IncomingDocument"/> or a <see cref="RejectedLine"/>, nothing else.</summary>
public abstract record SourceRecord
{
    private protected SourceRecord(long line) => Line = line;

    /// <summary>Physical line on which the record starts; the first line of the input is 1.</summary>
    public long Line { get; init; }
}
