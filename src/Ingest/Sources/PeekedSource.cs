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
    private readonly bool _hasFirst;

    private PeekedSource(IDocumentSource source, IAsyncEnumerator<SourceRecord> records, bool hasFirst) =>
        (_source, _records, _hasFirst) = (source, records, hasFirst);

    /// <inheritdoc />
    public long BytesRead => _source.BytesRead;

    /// <inheritdoc />
    public IReadOnlyList<string> UnusedFields => _source.UnusedFields;

    /// <summary>Reads up to the first record.</summary>
    /// <exception cref="SourceException">The source cannot be read; the message says why.</exception>
    public static async Task<PeekedSource> OpenAsync(IDocumentSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var records = source.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            return new PeekedSource(source, records, await records.MoveNextAsync());
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
        for (var more = _hasFirst; more; more = await _records.MoveNextAsync())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return _records.Current;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _records.DisposeAsync();
        await _source.DisposeAsync();
    }
}
