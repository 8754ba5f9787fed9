namespace Pipeline.Ingest.Sources;

/// <summary>
/// A small CSV file that a command takes beside a backlog (scores, categories): UTF-8, a header, the columns asked for. Where a
/// backlog loses a faulty record, such a file is refused as a whole.
/// </summary>
public sealed record CsvTable(string Name, IReadOnlyList<CsvTableRow> Rows)
{
    /// <summary>Reads the columns from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Columns that must be there; each row has their fields in this order.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SourceException">A column is missing or a record is faulty; the message names the line.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static async Task<CsvTable> ReadAsync(string path, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        var options = new SourceOptions();
        var name = Path.GetFileName(path);
        await using var stream = new FileInput(path).Open();
        using var window = new ByteWindow(stream);
        await window.FillToAsync(FileHead.Bytes, cancellationToken);
        window.Consume(FileHead.Check(window.Span, name));
        var delimiter = await CsvHeader.DelimiterAsync(window, options, cancellationToken);
        var reader = new CsvRecordReader(window, delimiter, options.MaxRecordBytes);
        var names = await CsvHeader.ReadAsync(reader, options, name, cancellationToken);
        var fields = columns.Select(column => Array.FindIndex(names, other => other.Equals(column, StringComparison.OrdinalIgnoreCase))).ToArray();
        if (Array.IndexOf(fields, -1) is >= 0 and var missing)
        {
            throw new SourceException($"{name} has no column '{columns[missing]}'; its header names {string.Join(", ", names)}.")
            {
                Chinese = $"{name} 中没有列 '{columns[missing]}'；表头为：{string.Join(", ", names)}。",
            };
        }

        var rows = new List<CsvTableRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!CsvHeader.IsBlank(reader))
            {
                rows.Add(Row(reader, fields, name));
            }
        }

        return new CsvTable(name, rows);
    }

    private static CsvTableRow Row(CsvRecordReader reader, int[] fields, string name)
    {
        if (reader.Outcome != CsvOutcome.Record || StrictUtf8.FirstInvalid(reader.Record) >= 0)
        {
            throw new SourceException($"{name}, line {reader.Line}: the record is too large, has a quote that is not closed properly, or is not UTF-8.")
            {
                Chinese = $"{name} 第 {reader.Line} 行：记录过大，或引号没有正确闭合，或不是 UTF-8。",
            };
        }

        if (reader.FieldCount != reader.ExpectedFields)
        {
            throw new SourceException($"{name}, line {reader.Line}: expected {reader.ExpectedFields} fields, found {reader.FieldCount}.")
            {
                Chinese = $"{name} 第 {reader.Line} 行：应有 {reader.ExpectedFields} 个字段，却有 {reader.FieldCount} 个。",
            };
        }

        var values = new string[fields.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            values[i] = reader.Field(fields[i]).Decode(reader.Record);
        }

        return new CsvTableRow(reader.Line, values);
    }
}
