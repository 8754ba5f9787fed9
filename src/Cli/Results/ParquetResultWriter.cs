using ParquetSharp;
using Pipeline.Cli.Output;
using Pipeline.Storage.Exports;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Results;

/// <summary>Parquet: strings, numbers and booleans as such. Memory holds one row group.</summary>
internal sealed class ParquetResultWriter(OutputTarget target, IReadOnlyList<ResultColumn> columns) : ResultWriter(target)
{
    private const int RowGroupRows = 20_000;

    private readonly ParquetFileWriter _file = new(
        target.Stream, [.. columns.Select(Schema)], logicalTypeFactory: null, Compression.Zstd, leaveOpen: true);

    private readonly List<ResultRow> _rows = [];

    /// <inheritdoc/>
    public override Task WriteAsync(ResultRow row)
    {
        _rows.Add(row);
        if (_rows.Count == RowGroupRows)
        {
            WriteRowGroup();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _file.Dispose();
        return base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override Task FinishAsync()
    {
        if (_rows.Count > 0)
        {
            WriteRowGroup();
        }

        _file.Close();
        return Task.CompletedTask;
    }

    private void WriteRowGroup()
    {
        using var group = _file.AppendRowGroup();
        foreach (var column in columns)
        {
            Write(group, column);
        }

        _rows.Clear();
    }

    private static Column Schema(ResultColumn column) => column switch
    {
        ResultColumn<long> => new Column<long>(column.Name),
        ResultColumn<long?> => new Column<long?>(column.Name),
        ResultColumn<string?> => new Column<string?>(column.Name),
        ResultColumn<bool?> => new Column<bool?>(column.Name),
        ResultColumn<double?> => new Column<double?>(column.Name),
        ResultColumn<string[]?> => new Column<string[]?>(column.Name),
        _ => throw new NotSupportedException($"Column '{column.Name}' is of a type that has no form in Parquet here."),
    };

    private void Write(RowGroupWriter group, ResultColumn column)
    {
        switch (column)
        {
            case ResultColumn<long> numbers:
                WriteValues(group, numbers);
                break;
            case ResultColumn<long?> counts:
                WriteValues(group, counts);
                break;
            case ResultColumn<string?> texts:
                WriteValues(group, texts);
                break;
            case ResultColumn<bool?> flags:
                WriteValues(group, flags);
                break;
            case ResultColumn<double?> scores:
                WriteValues(group, scores);
                break;
            case ResultColumn<string[]?> lists:
                WriteValues(group, lists);
                break;
        }
    }

    private void WriteValues<T>(RowGroupWriter group, ResultColumn<T> column)
    {
        using var writer = group.NextColumn().LogicalWriter<T>();
        writer.WriteBatch([.. _rows.Select(column.Read)]);
    }
}
