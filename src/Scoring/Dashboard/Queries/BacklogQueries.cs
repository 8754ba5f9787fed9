using System.Collections.Concurrent;
using Npgsql;
using Pipeline.Storage.Reports;

namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Counts the backlog, exactly, from the documented views.</summary>
internal sealed class BacklogQueries
{
    private const int NewestBatches = 12;

    // Pages of older batches that are remembered; whoever leafs further makes them anew.
    private const int MostPages = 100;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private readonly NpgsqlDataSource _dataSource;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<(string Tenant, long? Before), Snapshot<Backlog>> _snapshots = [];

    public BacklogQueries(ReportSource source, TimeProvider time, ILogger<BacklogQueries> logger) =>
        (_dataSource, _time, _logger) = (source.DataSource, time, logger);

    /// <summary>
    /// The newest count of what one tenant, or everybody with null, has submitted, before a batch or until now; null while the first is made.
    /// </summary>
    public Task<Counted<Backlog>?> GetAsync(string? tenant, long? before, CancellationToken cancellationToken)
    {
        if (_snapshots.Count >= MostPages)
        {
            _snapshots.Clear();
        }

        return _snapshots
            .GetOrAdd((tenant ?? "", before), _ => new Snapshot<Backlog>(token => CountAsync(tenant, before, token), s_interval, _time, _logger))
            .GetAsync(cancellationToken);
    }

    /// <summary>Something was changed: the next look counts anew.</summary>
    public void Expire()
    {
        foreach (var snapshot in _snapshots.Values)
        {
            snapshot.Expire();
        }
    }

    private async Task<Backlog> CountAsync(string? tenant, long? before, CancellationToken cancellationToken)
    {
        var reports = new BatchReports(_dataSource);
        var (progress, hasOlder) = await reports.NewestProgressAsync(tenant, before, NewestBatches, cancellationToken);
        return new Backlog(
            await reports.QueuesAsync(cancellationToken),
            await new WorkerRegistry(_dataSource).ListAsync(cancellationToken),
            progress,
            await FailuresAsync([.. progress.Select(row => row.BatchId).Distinct()], cancellationToken),
            hasOlder);
    }

    private async Task<IReadOnlyList<FailureGroup>> FailuresAsync(long[] batches, CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand("""
            select batch_id, step, recipe, state, error_code, count(*), min(line), (array_agg(error_reason order by line))[1]
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
