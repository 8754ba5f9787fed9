using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ParquetSharp;

namespace Pipeline.Ingest.Sources;

/// <summary>
/// A Parquet file, page by page: memory does not grow with its row groups. The "line" of a record is its row, from 1. Columns that
/// are not used are not read. Every page that is used is decoded before the first record comes back, so that a damaged file
/// gives none. The source owns the stream, which must be seekable.
/// </summary>
public sealed partial class ParquetSource(Stream stream, SourceOptions options, string name = "the input") : IDocumentSource
{
    private const int BufferBytes = 256 * 1024;

    /// <inheritdoc/>
    public long BytesRead => stream.Position;

    /// <inheritdoc/>
    public IReadOnlyList<string> UnusedFields { get; private set; } = [];

    /// <inheritdoc/>
    public async IAsyncEnumerable<SourceRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // The library has no asynchronous calls; the caller goes on while this reads.
        await Task.Yield();
        using var properties = ReaderProperties.GetDefaultReaderProperties();
        properties.EnableBufferedStream();
        properties.BufferSize = BufferBytes;
        properties.EnablePageChecksumVerification();
        using var file = Open(properties);
        var layout = ParquetLayout.Choose(file.FileMetaData.Schema, options, name);
        UnusedFields = layout.Columns.Unused;
        var assembler = new RecordAssembler(layout.Columns, options.TextPolicy);
        var rows = Check(file, layout, cancellationToken);
        if (rows == 0)
        {
            throw new SourceException($"{name} holds no row.");
        }

        var row = 0L;
        for (var group = 0; group < file.FileMetaData.NumRowGroups; group++)
        {
            using var reader = file.RowGroup(group);
            using var text = ParquetColumn.Open(reader.Column(layout.Text));
            using var id = layout.Id is { } idColumn ? ParquetColumn.Open(reader.Column(idColumn)) : null;
            using var reference = layout.Reference is { } referenceColumn ? ParquetColumn.Open(reader.Column(referenceColumn)) : null;
            using var candidate = layout.Candidate is { } candidateColumn ? ParquetColumn.Open(reader.Column(candidateColumn)) : null;
            using var category = layout.Category is { } categoryColumn ? ParquetColumn.Open(reader.Column(categoryColumn)) : null;
            for (var end = row + reader.MetaData.NumRows; row < end;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                row++;
                yield return Convert(
                    row, assembler, text.Next(), id?.Next() ?? default, reference?.Next() ?? default, candidate?.Next() ?? default, category?.Next() ?? default);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private ParquetFileReader Open(ReaderProperties properties)
    {
        try
        {
            return new ParquetFileReader(stream, properties, leaveOpen: true);
        }
        catch (ParquetException exception)
        {
            throw new SourceException(
                $"{name} is cut short or no Parquet file: its end cannot be read ({Reason(exception)}). Fetch or write the file again.", exception);
        }
    }

    private long Check(ParquetFileReader file, ParquetLayout layout, CancellationToken cancellationToken)
    {
        var rows = 0L;
        for (var group = 0; group < file.FileMetaData.NumRowGroups; group++)
        {
            using var reader = file.RowGroup(group);
            foreach (var (index, column) in layout.Used)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    using var values = ParquetColumn.Open(reader.Column(index));
                    if (values.Check() != reader.MetaData.NumRows)
                    {
                        throw new ParquetException("pipeline", "the column has fewer values than the row group");
                    }
                }
                catch (ParquetException exception)
                {
                    throw new SourceException(
                        $"{name} is damaged: the column '{column}' cannot be read in rows {rows + 1} to {rows + reader.MetaData.NumRows} "
                        + $"({Reason(exception)}). Fetch or write the file again.", exception);
                }
            }

            rows += reader.MetaData.NumRows;
        }

        return rows;
    }

    private static SourceRecord Convert(
        long row, RecordAssembler assembler, ParquetCell text, ParquetCell id, ParquetCell reference, ParquetCell candidate, ParquetCell category)
    {
        var columns = assembler.Columns;
        foreach (var (cell, column) in ((ParquetCell, string?)[])
            [(id, columns.Id), (text, columns.Text), (reference, columns.Reference), (candidate, columns.Candidate), (category, columns.Category)])
        {
            if (cell.Fault is not null)
            {
                return new RejectedLine(row, RejectCodes.BadEncoding, $"row {row}, column '{column}': {cell.Fault}", RecordAssembler.SafeId(id.Value));
            }
        }

        return text.Value is null
            ? new RejectedLine(row, RejectCodes.MissingText, $"the column '{columns.Text}' is null", RecordAssembler.SafeId(id.Value))
            : assembler.Assemble(row, id.Value, text.Value, reference.Value, candidate.Value, category.Value);
    }

    // The library names the C++ class around its message.
    private static string Reason(ParquetException exception) =>
        Message().Match(exception.Message) is { Success: true } match ? match.Groups[1].Value : exception.Message;

    [GeneratedRegex(@"\(message: '(.*?)\.?'\)", RegexOptions.Singleline)]
    private static partial Regex Message();
}
