namespace Pipeline.Ingest.Sources;

/// <summary>What a submission reads: a file, or a copy of something that can be read only once.</summary>
public interface ISourceInput : IAsyncDisposable
{
    /// <summary>What to call the input in a message.</summary>
    string Name { get; }

    /// <summary>The source of the documents where the user names none: part of their identity.</summary>
    string SourceName { get; }

    /// <summary>Opens the content from its start, unpacked when it is compressed.</summary>
    /// <exception cref="SourceException">The input cannot be opened; the message says why.</exception>
    Stream Open();

    /// <summary>
    /// SHA-256 of the unpacked content, 32 bytes, in constant memory. Reading all of it, it finds out whether compressed data is
    /// damaged before a document is accepted.
    /// </summary>
    /// <exception cref="SourceException">The input cannot be read to its end; the message says where and why.</exception>
    Task<byte[]> FingerprintAsync(CancellationToken cancellationToken);
}
