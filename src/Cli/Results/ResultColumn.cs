using ParquetSharp;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Results;

/// <summary>One column of the results, for every format that has columns.</summary>
internal abstract class ResultColumn(string name)
{
    /// <summary>All columns in their order. New ones are added at the end: scripts read some formats by position.</summary>
    public static IReadOnlyList<ResultColumn> All { get; } =
    [
        new ResultColumn<long>("line", row => row.Line),
        new ResultColumn<string?>("id", row => row.Id),
        new ResultColumn<string>("state", row => row.State),
        new ResultColumn<string?>("recipe", row => row.Recipe),
        new ResultColumn<string?>("summary", row => row.Summary),
        new ResultColumn<string?>("error", row => row.Error),
        new ResultColumn<string?>("finish_reason", row => row.FinishReason),
        new ResultColumn<bool?>("truncated", row => row.Truncated),
        new ResultColumn<double?>("cosine", row => row.Cosine),
        new ResultColumn<double?>("compression", row => row.Compression),
        new ResultColumn<double?>("rouge1_f", row => row.Rouge1F),
        new ResultColumn<double?>("rouge2_f", row => row.Rouge2F),
        new ResultColumn<double?>("rougel_f", row => row.RougeLF),
        new ResultColumn<double?>("rougelsum_f", row => row.RougeLsumF),
        new ResultColumn<string[]?>("flags", row => row.Flags?.ToArray()),
    ];

    /// <summary>Name in headers and JSON.</summary>
    public string Name => name;

    /// <summary>Name and type in Parquet.</summary>
    public abstract Column Schema { get; }

    /// <summary>The value of a row.</summary>
    public abstract object? Value(ResultRow row);

    /// <summary>Writes the column of a row group.</summary>
    public abstract void Write(RowGroupWriter group, IReadOnlyList<ResultRow> rows);
}

/// <summary>A column of values of one type.</summary>
internal sealed class ResultColumn<T>(string name, Func<ResultRow, T> value) : ResultColumn(name)
{
    /// <inheritdoc/>
    public override Column Schema { get; } = new Column<T>(name);

    /// <inheritdoc/>
    public override object? Value(ResultRow row) => value(row);

    /// <inheritdoc/>
    public override void Write(RowGroupWriter group, IReadOnlyList<ResultRow> rows)
    {
        using var writer = group.NextColumn().LogicalWriter<T>();
        writer.WriteBatch([.. rows.Select(value)]);
    }
}
