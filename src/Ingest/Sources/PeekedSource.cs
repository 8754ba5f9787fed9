using System.Runtime.CompilerServices;

namespace Pipeline.Ingest.Sources;

/// <summary>
/// A source whose first record has been read already. What makes a file unreadable as a whole (no such column, another encoding, no
/// header) shows there, before anything is written for it.
/// </summary>
public sealed class PeekedSource : IDocumentSource
{
    private readonly IDocumentSource _source;
    private readonly IAsyncEnumerator<SourceRecord> _records;

    private PeekedSource(IDocumentSource source, IAsyncEnumerator<SourceRecord> records) => (_source, _records) = (source, records);

    /// <inheritdoc />
    public long BytesRead => _source.BytesRead;

    /// <inheritdoc />
    public IReadOnlyList<string> UnusedFields => _source.UnusedFields;

    /// <summary>Opens an input and reads up to the first record.</summary>
    /// <param name="input">The input.</param>
    /// <param name="options">How to read it.</param>
    /// <param name="format">Its format; null to tell by its content.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SourceException">The input cannot be read, or has no record; the message says why.</exception>
    public static async Task<PeekedSource> OpenAsync(ISourceInput input, SourceOptions options, SourceFormat? format, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        var source = await DocumentSources.OpenAsync(input, options, format, cancellationToken);
        var records = source.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            return await records.MoveNextAsync()
                ? new PeekedSource(source, records)
                : throw new SourceException($"{input.Name} holds no document.") { Chinese = $"{input.Name} 中没有任何文档。" };
        }
        catch
        {
            await records.DisposeAsync();
            await source.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<SourceRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return _records.Current;
        }
        while (await _records.MoveNextAsync());
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _records.DisposeAsync();
        await _source.DisposeAsync();
    }
}
