using System.Runtime.CompilerServices;
using Npgsql;

namespace Pipeline.Storage.Reports;

/// <summary>
/// Results in windows of lines: a page at a time, or all of them without a statement that runs for as long as the slowest reader reads.
/// </summary>
/// <param name="lookups">The database, with plans for look-ups (<see cref="PipelineDataSource.CreateForService"/>): a window is a few lines of many.</param>
public sealed class ResultWindows(NpgsqlDataSource lookups)
{
    private const int WindowLines = 2000;
    private readonly BatchReports _reports = new(lookups);

    /// <summary>The last of the next <paramref name="lines"/> lines after a line, refused ones included; null when there are none.</summary>
    public async Task<long?> LastLineAsync(long batchId, long afterLine, int lines, CancellationToken cancellationToken)
    {
        await using var command = lookups.CreateCommand("""
            select max(line) from (
                select line from (
                    (select line from pipeline.batch_items where batch_id = $1 and line > $2 order by line limit $3)
                    union all
                    (select line from pipeline.batch_rejects where batch_id = $1 and line > $2 order by line limit $3)) l
                order by line limit $3) next
            """);
        command.Parameters.Add(new() { Value = batchId });
        command.Parameters.Add(new() { Value = afterLine });
        command.Parameters.Add(new() { Value = lines });
        return await command.ExecuteScalarAsync(cancellationToken) is long line ? line : null;
    }

    /// <summary>The results of the lines after <paramref name="afterLine"/>, up to and with <paramref name="lastLine"/>.</summary>
    public IAsyncEnumerable<ResultRow> ReadAsync(
        long batchId, string? recipe, bool statistics, long afterLine, long lastLine, CancellationToken cancellationToken) =>
        _reports.ResultsAsync(batchId, recipe, statistics, afterLine, lastLine, cancellationToken);

    /// <summary>Every line of a batch in input order. Each window shows the batch as it is when it is read.</summary>
    /// <exception cref="PipelineStorageException">The batch was pruned meanwhile, so lines are missing.</exception>
    public async IAsyncEnumerable<ResultRow> StreamAsync(
        long batchId, string? recipe, bool statistics, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = long.MinValue;
        while (await LastLineAsync(batchId, after, WindowLines, cancellationToken) is { } last)
        {
            await foreach (var row in ReadAsync(batchId, recipe, statistics, after, last, cancellationToken))
            {
                yield return row;
            }

            after = last;
        }

        await using var command = lookups.CreateCommand("select exists (select from pipeline.batches where id = $1 and state <> 'pruning')");
        command.Parameters.Add(new() { Value = batchId });
        if (!(bool)(await command.ExecuteScalarAsync(cancellationToken))!)
        {
            throw new PipelineStorageException($"Batch {batchId} was pruned while its results were read; what was read is not complete.");
        }
    }
}
