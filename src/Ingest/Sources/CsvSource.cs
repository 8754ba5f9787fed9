using System.Runtime.CompilerServices;

namespace Pipeline.Ingest.Sources;

/// <summary>
/// CSV as RFC 4180 describes it, in UTF-8 (other encodings are converted before), with a header. Blank lines are not records. The rules for faulty quotes are in
/// <see cref="CsvRecordReader"/>. The source owns the stream.
/// </summary>
public sealed class CsvSource(Stream stream, SourceOptions options, string name = "the input") : IDocumentSource
{
    private readonly ByteWindow _window = new(stream);
    private int _textField;
    private int _idField;
    private int _referenceField;
    private int _candidateField;
    private int _categoryField;

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

        var delimiter = await CsvHeader.DelimiterAsync(_window, options, cancellationToken);
        var reader = new CsvRecordReader(_window, delimiter, maxRecordBytes);
        var assembler = new RecordAssembler(await ReadHeaderAsync(reader, cancellationToken), options.TextPolicy);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!CsvHeader.IsBlank(reader))
            {
                yield return Convert(reader, assembler);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _window.Dispose();
        await stream.DisposeAsync();
    }

    private async ValueTask<ColumnSelection> ReadHeaderAsync(CsvRecordReader reader, CancellationToken cancellationToken)
    {
        var names = await CsvHeader.ReadAsync(reader, options, name, cancellationToken);
        var columns = ColumnSelection.Choose([.. names.Where(column => column.Length > 0)], options, name);
        _textField = Array.IndexOf(names, columns.Text);
        _idField = columns.Id is null ? -1 : Array.IndexOf(names, columns.Id);
        _referenceField = columns.Reference is null ? -1 : Array.IndexOf(names, columns.Reference);
        _candidateField = columns.Candidate is null ? -1 : Array.IndexOf(names, columns.Candidate);
        _categoryField = columns.Category is null ? -1 : Array.IndexOf(names, columns.Category);
        UnusedFields = columns.Unused;
        return columns;
    }

    private SourceRecord Convert(CsvRecordReader reader, RecordAssembler assembler)
    {
        var record = reader.Record;
        switch (reader.Outcome)
        {
            case CsvOutcome.TooLarge:
                return new RejectedLine(reader.Line, RejectCodes.TooLarge,
                    $"the record is larger than {options.MaxRecordBytes} bytes", IdBeforeFault(reader));
            case CsvOutcome.UnclosedQuote:
                return new RejectedLine(reader.Line, RejectCodes.UnclosedQuote,
                    $"the quote that opens on line {reader.QuoteLine} is not closed; reading went on at the next line",
                    IdBeforeFault(reader));
            case CsvOutcome.StrayQuote:
                return new RejectedLine(reader.Line, RejectCodes.StrayQuote,
                    $"the field whose quote opens on line {reader.QuoteLine} has text after its closing quote (a quote inside a field is "
                    + "written twice); reading went on at the next line", IdBeforeFault(reader));
        }

        if (StrictUtf8.FirstInvalid(record) is >= 0 and var invalid)
        {
            return StrictUtf8.Reject(reader.Line, reader.Offset, record, invalid, options.Content, IdBeforeFault(reader));
        }

        if (reader.FieldCount != reader.ExpectedFields)
        {
            return new RejectedLine(reader.Line, RejectCodes.WrongFieldCount,
                $"expected {reader.ExpectedFields} fields, found {reader.FieldCount}");
        }

        return assembler.Assemble(
            reader.Line,
            _idField < 0 ? null : reader.Field(_idField).Decode(record),
            reader.Field(_textField).Decode(record),
            _referenceField < 0 ? null : reader.Field(_referenceField).Decode(record),
            _candidateField < 0 ? null : reader.Field(_candidateField).Decode(record),
            _categoryField < 0 ? null : reader.Field(_categoryField).Decode(record));
    }

    private string? IdBeforeFault(CsvRecordReader reader)
    {
        if (_idField < 0 || _idField >= reader.FieldCount)
        {
            return null;
        }

        var field = reader.Field(_idField);
        return StrictUtf8.FirstInvalid(reader.Record.Slice(field.Start, field.Length)) < 0
            ? RecordAssembler.SafeId(field.Decode(reader.Record))
            : null;
    }
}
