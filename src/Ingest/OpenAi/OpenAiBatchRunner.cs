using System.Collections.Concurrent;
using Npgsql;
using Pipeline.Storage.OpenAi;

namespace Pipeline.Ingest.OpenAi;

/// <summary>
/// Takes batches of the OpenAI-compatible API from state to state. What there is to do stands in the database, so a stop at any point loses
/// nothing; a batch is handled by one replica at a time, by an advisory lock that dies with its connection.
/// </summary>
internal sealed class OpenAiBatchRunner(
    NpgsqlDataSource dataSource, OpenAiBatches batches, OpenAiBatchSteps steps, TimeProvider time, ILogger<OpenAiBatchRunner> logger) : BackgroundService
{
    private const int AtTheSameTime = 4;

    // Keys of two numbers are apart from those of one, which the dispatcher and others use.
    private const int LockSpace = 0x70697065;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, Task> _running = [];

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = s_interval;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var batch in await batches.OpenAsync(stoppingToken))
                {
                    if (_running.Count >= AtTheSameTime)
                    {
                        break;
                    }

                    if (!_running.ContainsKey(batch.Id) && steps.IsDue(batch))
                    {
                        _running[batch.Id] = RunAsync(batch, stoppingToken);
                    }
                }

                pause = s_interval;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The database is away; what is to be done is still written there when it comes back.
                logger.OpenAiBatchInterrupted("(all)", exception.GetType().Name, exception.Message);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, s_longestPause.Ticks));
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(_running.Values);
    }

    private async Task RunAsync(OpenAiBatchRow batch, CancellationToken cancellationToken)
    {
        // The caller notes this task before it can end.
        await Task.Yield();
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            if (await LockAsync(connection, "pg_try_advisory_lock", batch, cancellationToken))
            {
                try
                {
                    await steps.RunAsync(batch, cancellationToken);
                }
                finally
                {
                    await LockAsync(connection, "pg_advisory_unlock", batch, CancellationToken.None);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops; the next one goes on.
        }
        catch (Exception exception)
        {
            logger.OpenAiBatchInterrupted(batch.Id, exception.GetType().Name, exception.Message);
        }
        finally
        {
            _running.TryRemove(batch.Id, out _);
        }
    }

    private static async Task<bool> LockAsync(NpgsqlConnection connection, string function, OpenAiBatchRow batch, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select {function}({LockSpace}, $1)", connection)
        {
            Parameters = { new() { Value = unchecked((int)batch.Number) } },
        };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
