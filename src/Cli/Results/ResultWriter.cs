using Pipeline.Cli.Output;
using Pipeline.Storage.Exports;
using Pipeline.Storage.Reports;

namespace Pipeline.Cli.Results;

/// <summary>Writes result rows in one format. A named file appears only when it is complete.</summary>
internal abstract class ResultWriter(OutputTarget target) : IAsyncDisposable
{
    /// <summary>Starts a file, or standard output for <see cref="OutputTarget.StandardStream"/>.</summary>
    public static ResultWriter Create(string output, ResultFormat format, IReadOnlyList<ResultColumn> columns, long batchId, bool rawCsv)
    {
        var target = OutputTarget.Open(output);
        return format switch
        {
            ResultFormat.JsonLines => new TextResultWriter(target, new JsonResultText(columns)),
            ResultFormat.Parquet => new ParquetResultWriter(target, columns),
            ResultFormat.OpenAi => new TextResultWriter(target, new OpenAiResultText(batchId)),
            _ => new TextResultWriter(target, new CsvResultText(columns, rawCsv)),
        };
    }

    /// <summary>Writes one row.</summary>
    public abstract Task WriteAsync(ResultRow row);

    /// <summary>Writes what is held, and gives a named file its name.</summary>
    public async Task CompleteAsync()
    {
        await FinishAsync();
        target.Commit();
    }

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        target.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Writes what is held.</summary>
    protected abstract Task FinishAsync();
}
