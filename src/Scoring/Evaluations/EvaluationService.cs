using Npgsql;

namespace Pipeline.Scoring.Evaluations;

/// <summary>
/// Looks after evaluations as long as the service runs: schedules become recurring jobs, finished runs are scored. No job of Hangfire's,
/// because it would hold one of its few workers for ever. Of several services one works, by an advisory lock that dies with its connection.
/// </summary>
internal sealed class EvaluationService(
    NpgsqlDataSource dataSource, ScheduleRegistrar registrar, EvaluationScoring scoring, TimeProvider time, ILogger<EvaluationService> logger)
    : BackgroundService
{
    private const long LockKey = 0x70697065_00000023;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = s_interval;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
                pause = s_interval;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // PostgreSQL is away, or one run can't be scored. The runs wait in the database and are looked at again.
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, s_longestPause.Ticks));
                logger.EvaluationInterrupted(exception, pause.TotalSeconds);
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (!await AskAsync("select pg_try_advisory_lock($1)"))
        {
            return;
        }

        try
        {
            await registrar.SyncAsync(cancellationToken);
            while (await scoring.ScoreNextAsync(cancellationToken))
            {
            }
        }
        finally
        {
            await AskAsync("select pg_advisory_unlock($1)");
        }

        async Task<bool> AskAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = LockKey } } };
            return (bool)(await command.ExecuteScalarAsync(CancellationToken.None))!;
        }
    }
}
