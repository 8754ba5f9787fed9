using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Ingest.Sources;

/// <summary>
/// LCSTS (Hu, Chen and Zhu 2015) as it is distributed, in UTF-8: <c>doc</c> elements of lines, with <c>summary</c>, <c>short_text</c> and, in parts II and III,
/// <c>human_label</c>, 1 to 5. It looks like XML and is none: texts hold bare &amp; and &lt;, and there is no root. The source owns the stream.
/// </summary>
/// <param name="stream">The elements.</param>
/// <param name="options">Largest text, and the smallest label that is taken.</param>
/// <param name="name">What to call the input in a message.</param>
public sealed partial class LcstsSource(Stream stream, SourceOptions options, string name = "the input") : IDocumentSource
{
    private readonly ByteWindow _window = new(stream);

    /// <inheritdoc/>
    public IReadOnlyList<string> UnusedFields => [];

    /// <inheritdoc/>
    public long BytesRead => _window.Offset;

    /// <inheritdoc/>
    public async IAsyncEnumerable<SourceRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var maxRecordBytes = options.MaxRecordBytes;
        await _window.FillToAsync(FileHead.Bytes, cancellationToken);
        _window.Consume(FileHead.Check(_window.Span, name));
        var assembler = new RecordAssembler(new ColumnSelection("short_text", "id", "summary"), options.TextPolicy);
        var reader = new JsonLineReader(_window, maxRecordBytes);
        var (record, start, isEmpty) = (new StringBuilder(), 0L, true);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsTooLarge)
            {
                throw new SourceException($"Line {reader.Line} of {name} is larger than {maxRecordBytes} bytes, which no LCSTS text is.");
            }

            var line = Encoding.UTF8.GetString(reader.Record);
            if (StrictUtf8.FirstInvalid(reader.Record) is >= 0 and var invalid)
            {
                throw new SourceException(
                    $"{name} is not UTF-8: byte offset {reader.Offset + invalid} on line {reader.Line}. If it is GB18030, submit it with --encoding gb18030.");
            }

            if (line.TrimStart().StartsWith("<doc", StringComparison.Ordinal))
            {
                if (record.Length > 0)
                {
                    yield return new RejectedLine(start, RejectCodes.MissingText, "the doc element has no </doc>");
                }

                record.Clear();
                (start, isEmpty) = (reader.Line, false);
            }
            else if (record.Length == 0)
            {
                if (!string.IsNullOrWhiteSpace(line))
                {
                    throw new SourceException($"{name} is no LCSTS file: line {reader.Line} stands in no <doc id=...>.");
                }

                continue;
            }

            record.Append(line).Append('\n');
            if (line.TrimEnd().EndsWith("</doc>", StringComparison.Ordinal))
            {
                if (Convert(start, record.ToString(), assembler) is { } converted)
                {
                    yield return converted;
                }

                record.Clear();
            }
            else if (record.Length > maxRecordBytes)
            {
                throw new SourceException($"The doc element on line {start} of {name} is larger than {maxRecordBytes} bytes; is its </doc> missing?");
            }
        }

        if (isEmpty)
        {
            throw new SourceException($"{name} is empty; it must hold <doc id=...> elements.");
        }

        if (record.Length > 0)
        {
            yield return new RejectedLine(start, RejectCodes.MissingText, "the doc element has no </doc>");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _window.Dispose();
        await stream.DisposeAsync();
    }

    /// <summary>The document or its rejection; null where its label is below the wanted one.</summary>
    private SourceRecord? Convert(long line, string record, RecordAssembler assembler)
    {
        var id = Id().Match(record) is { Success: true } match ? match.Groups["id"].Value : null;
        if (options.MinScore is { } least)
        {
            if (!int.TryParse(Field(record, "human_label"), NumberStyles.None, CultureInfo.InvariantCulture, out var label))
            {
                return new RejectedLine(
                    line, RejectCodes.MissingText, "the doc element has no human_label, which --min-score asks for; part I has none", id);
            }

            if (label < least)
            {
                return null;
            }
        }

        return Field(record, "short_text") is { } text
            ? assembler.Assemble(line, id, text, Field(record, "summary"))
            : new RejectedLine(line, RejectCodes.MissingText, "the doc element has no short_text", id);
    }

    private static string? Field(string record, string field)
    {
        var start = record.IndexOf($"<{field}>", StringComparison.Ordinal);
        var end = record.LastIndexOf($"</{field}>", StringComparison.Ordinal);
        return start < 0 || end < start ? null : record[(start + field.Length + 2)..end].Trim();
    }

    [GeneratedRegex("""<doc\s+id\s*=\s*["']?(?<id>[^"'>\s]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
