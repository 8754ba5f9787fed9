using System.Security.Cryptography;
using Pipeline.Ingest.Sources;
using Pipeline.Storage.Files;

namespace Pipeline.Ingest.OpenAi;

/// <summary>A file in the database as the input of a submission.</summary>
internal sealed class StoredFileInput(StoredFiles files, StoredFile file) : ISourceInput
{
    /// <inheritdoc />
    public string Name => file.Name;

    /// <inheritdoc />
    public string SourceName => file.Name;

    /// <inheritdoc />
    public Stream Open() => new StoredFileStream(files, file.Id);

    /// <inheritdoc />
    public async Task<byte[]> FingerprintAsync(CancellationToken cancellationToken)
    {
        await using var content = Open();
        return await SHA256.HashDataAsync(content, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
