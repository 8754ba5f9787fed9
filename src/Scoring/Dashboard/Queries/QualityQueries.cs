using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Reads quality from the documented views.</summary>
internal sealed class QualityQueries
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);
    private readonly NpgsqlDataSource _dataSource;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Snapshot<IReadOnlyList<HealthDay>> _days;
    private readonly ConcurrentDictionary<long, Snapshot<BatchQuality>> _batches = [];
    private readonly ConcurrentDictionary<string, Snapshot<IReadOnlyList<RougePoint>>> _overTime = [];

    public QualityQueries(ReportSource source, TimeProvider time, ILogger<QualityQueries> logger)
    {
        (_dataSource, _time, _logger) = (source.DataSource, time, logger);
        _days = new Snapshot<IReadOnlyList<HealthDay>>(DaysAsync, s_interval, time, logger);
    }

    /// <summary>The last thirty days, all batches together; null while they are counted for the first time.</summary>
    public Task<Counted<IReadOnlyList<HealthDay>>?> DaysOfAllAsync(CancellationToken cancellationToken) => _days.GetAsync(cancellationToken);

    /// <summary>Quality of a batch that exists; null while it is counted for the first time.</summary>
    public Task<Counted<BatchQuality>?> OfBatchAsync(long batchId, CancellationToken cancellationToken) =>
        _batches.GetOrAdd(batchId, id => new Snapshot<BatchQuality>(token => BatchAsync(id, token), s_interval, _time, _logger))
            .GetAsync(cancellationToken);

    /// <summary>ROUGE of the newest batches of one tenant, or of all with null; null while it is counted for the first time.</summary>
    public Task<Counted<IReadOnlyList<RougePoint>>?> OverTimeAsync(string? tenant, CancellationToken cancellationToken) =>
        _overTime.GetOrAdd(tenant ?? "", _ => new Snapshot<IReadOnlyList<RougePoint>>(token => PointsAsync(tenant, token), s_interval, _time, _logger))
            .GetAsync(cancellationToken);

    private async Task<IReadOnlyList<RougePoint>> PointsAsync(string? tenant, CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand(QualitySql.OverTime);
        command.Parameters.Add(new() { Value = (object?)tenant ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        return await command.ListAsync(
            row => new RougePoint(
                row.GetFieldValue<DateOnly>(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt64(5), row.GetDouble(6),
                row.Maybe<double>(7)),
            cancellationToken);
    }

    private async Task<BatchQuality> BatchAsync(long batchId, CancellationToken cancellationToken)
    {
        await using var rouge = OfBatch(QualitySql.Rouge, batchId);
        var means = await rouge.ListAsync(
            row => new RougeMean(
                row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetDouble(3), row.GetDouble(4), row.GetDouble(5), row.GetDouble(6)),
            cancellationToken);
        return new BatchQuality(
            means, await StepsAsync(QualitySql.Cosine, batchId, cancellationToken), await StepsAsync(QualitySql.Compression, batchId, cancellationToken));
    }

    private async Task<IReadOnlyList<DistributionStep>> StepsAsync(string sql, long batchId, CancellationToken cancellationToken)
    {
        await using var command = OfBatch(sql, batchId);
        return await command.ListAsync(
            row => new DistributionStep(row.GetString(0), row.GetInt32(1), row.GetInt64(2), row.GetInt64(3)), cancellationToken);
    }

    private async Task<IReadOnlyList<HealthDay>> DaysAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand(QualitySql.Daily);
        return await command.ListAsync(
            row => new HealthDay(
                row.GetFieldValue<DateOnly>(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.Maybe<double>(4), row.GetDouble(5),
                row.GetInt64(6), row.GetInt64(7)),
            cancellationToken);
    }

    private NpgsqlCommand OfBatch(string sql, long batchId)
    {
        var command = _dataSource.CreateCommand(sql);
        command.Parameters.Add(new() { Value = batchId });
        return command;
    }
}
