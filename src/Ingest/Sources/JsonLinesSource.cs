using System.Runtime.CompilerServices;

namespace Pipeline.Ingest.Sources;

/// <summary>
/// One JSON object a line, in UTF-8: documents, or the requests of an OpenAI batch. Blank lines are not records. The source owns the stream.
/// </summary>
/// <param name="stream">The lines.</param>
/// <param name="options">Which fields are used.</param>
/// <param name="name">What to call the input in a message.</param>
/// <param name="areRequests">Whether the lines are requests of an OpenAI batch; null lets the first lines tell.</param>
public sealed class JsonLinesSource(
    Stream stream, SourceOptions options, string name = "the input", bool? areRequests = null) : IDocumentSource
{
    private readonly ByteWindow _window = new(stream);

    /// <inheritdoc/>
    public long BytesRead => _window.Offset;

    /// <inheritdoc/>
    public IReadOnlyList<string> UnusedFields { get; private set; } = [];

    /// <inheritdoc/>
    public async IAsyncEnumerable<SourceRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var maxRecordBytes = options.MaxRecordBytes;
        await _window.FillToAsync(FileHead.Bytes, cancellationToken);
        _window.Consume(FileHead.Check(_window.Span, name));

        var reader = new JsonLineReader(_window, maxRecordBytes);
        JsonRecordParser? parser = null;
        var isEmpty = true;
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsTooLarge)
            {
                isEmpty = false;
                yield return new RejectedLine(reader.Line, RejectCodes.TooLarge, $"the line is larger than {maxRecordBytes} bytes");
                continue;
            }

            if (IsBlank(reader.Record))
            {
                continue;
            }

            if (parser is null)
            {
                RefuseArray(reader.Record, isEmpty);
                await _window.FillToAsync(JsonColumns.SampleBytes, cancellationToken);
                parser = ChooseParser(Sample(reader.Record.Length), reader.Line);
            }

            isEmpty = false;
            yield return parser.Parse(reader.Line, reader.Offset, reader.Record);
        }

        if (isEmpty)
        {
            throw new SourceException($"{name} is empty; it must hold one JSON object a line.") { Chinese = $"{name} 是空文件；每行应有一个 JSON 对象。" };
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _window.Dispose();
        await stream.DisposeAsync();
    }

    internal static bool IsBlank(ReadOnlySpan<byte> line) => !line.ContainsAnyExcept((byte)' ', (byte)'\t', (byte)'\r');

    // How much is held depends on how reads arrive; the sample must not.
    private ReadOnlySpan<byte> Sample(int firstRecord)
    {
        var held = _window.Span;
        return held[..Math.Min(held.Length, Math.Max(firstRecord, JsonColumns.SampleBytes))];
    }

    private JsonRecordParser ChooseParser(ReadOnlySpan<byte> sample, long line)
    {
        if (areRequests ?? (options.TextColumn is null && JsonColumns.LookLikeRequests(sample)))
        {
            return new OpenAiRequestParser(options.TextPolicy, options.Content);
        }

        var columns = JsonColumns.Choose(sample, line, options, name);
        UnusedFields = columns.Unused;
        return new JsonColumnParser(new RecordAssembler(columns, options.TextPolicy), options.Content);
    }

    private void RefuseArray(ReadOnlySpan<byte> record, bool isFirst)
    {
        if (isFirst && record.TrimStart(" \t\r"u8) is [(byte)'[', ..])
        {
            throw new SourceException(
                $"{name} starts with '[': it is a JSON array. Write one object a line: jq -c '.[]' FILE > FILE.jsonl.");
        }
    }
}
