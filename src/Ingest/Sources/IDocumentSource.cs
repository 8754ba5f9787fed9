namespace Pipeline.Ingest.Sources;

/// <summary>A file, read one record at a time in constant memory.</summary>
public interface IDocumentSource : IAsyncDisposable
{
    /// <summary>Bytes of the input that have been read and left behind; for progress.</summary>
    long BytesRead { get; }

    /// <summary>
    /// Fields that stand in the input and are not used, known once the first record is read: at most 20 names. Of JSON Lines only the first
    /// lines tell.
    /// </summary>
    IReadOnlyList<string> UnusedFields { get; }

    /// <summary>
    /// Reads the input to its end, once. Every record that is not blank comes back as an <see cref="IncomingDocument"/> or a
    /// <see cref="RejectedLine"/>, in input order, and no two share a line number.
    /// </summary>
    /// <exception cref="SourceException">The input cannot be read: it is empty, of another format, or lacks a column.</exception>
    IAsyncEnumerable<SourceRecord> ReadAsync(CancellationToken cancellationToken = default);
}
