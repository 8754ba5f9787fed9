using Npgsql;
using Pipeline.Storage.Reports;

namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Counts the backlog, exactly, from the documented views.</summary>
internal sealed class BacklogQueries
{
    private const int NewestBatches = 12;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private readonly NpgsqlDataSource _dataSource;
    private readonly Snapshot<Backlog> _snapshot;

    public BacklogQueries(ReportSource source, TimeProvider time, ILogger<BacklogQueries> logger)
    {
        _dataSource = source.DataSource;
        _snapshot = new Snapshot<Backlog>(CountAsync, s_interval, time, logger);
    }

    /// <summary>The newest count; null while the first is made.</summary>
    public Task<Counted<Backlog>?> GetAsync(CancellationToken cancellationToken) => _snapshot.GetAsync(cancellationToken);

    /// <summary>Something was changed: the next look counts anew.</summary>
    public void Expire() => _snapshot.Expire();

    private async Task<Backlog> CountAsync(CancellationToken cancellationToken)
    {
        var reports = new BatchReports(_dataSource);
        var progress = await reports.ProgressAsync(batchId: null, NewestBatches, cancellationToken);
        return new Backlog(
            await reports.QueuesAsync(cancellationToken),
            await new WorkerRegistry(_dataSource).ListAsync(cancellationToken),
            [.. progress.OrderByDescending(row => row.BatchId).ThenBy(row => row.Recipe, StringComparer.Ordinal)],
            await FailuresAsync([.. progress.Select(row => row.BatchId).Distinct()], cancellationToken));
    }

    private async Task<IReadOnlyList<FailureGroup>> FailuresAsync(long[] batches, CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand("""
            select batch_id, step, recipe, state, error_code, count(*), min(line), min(error_reason)
            from pipeline.failures where batch_id = any($1)
            group by batch_id, step, recipe, state, error_code
            order by batch_id desc, count(*) desc, step, error_code
            """);
        command.Parameters.Add(new() { Value = batches });
        return await command.ListAsync(
            row => new FailureGroup(
                row.GetInt64(0), row.GetString(1), row.Text(2), row.GetString(3), row.GetString(4), row.GetInt64(5), row.GetInt64(6), row.Text(7)),
            cancellationToken);
    }
}
