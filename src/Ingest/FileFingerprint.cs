using System.Security.Cryptography;
using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest;

/// <summary>Recognises a file that was submitted before.</summary>
public static class FileFingerprint
{
    /// <summary>SHA-256 of the file's bytes, 32 bytes, computed in constant memory.</summary>
    /// <exception cref="SourceException">The file cannot be opened; the message says why.</exception>
    public static async Task<byte[]> ComputeAsync(string path, CancellationToken cancellationToken = default)
    {
        await using var stream = DocumentSources.OpenFile(path);
        return await SHA256.HashDataAsync(stream, cancellationToken);
    }
}
