using ParquetSharp;
using Pipeline.Cli.Output;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Results;

/// <summary>Parquet: strings, numbers and booleans as such. Memory holds one row group.</summary>
internal sealed class ParquetResultWriter(OutputTarget target) : ResultWriter(target)
{
    private const int RowGroupRows = 20_000;

    private readonly ParquetFileWriter _file = new(
        target.Stream, [.. ResultColumn.All.Select(column => column.Schema)], logicalTypeFactory: null, Compression.Zstd, leaveOpen: true);

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
        foreach (var column in ResultColumn.All)
        {
            column.Write(group, _rows);
        }

        _rows.Clear();
    }
}
