using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pipeline.ServiceDefaults;

/// <summary>Counts what a worker settles and reports it every few seconds, for the status command.</summary>
/// <param name="beat">Stores name, texts settled so far and texts per second since the last beat.</param>
/// <param name="remove">Removes the entry at a clean stop.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Notes a beat that could not be stored.</param>
public sealed partial class WorkerPulse(
    Func<string, long, double, CancellationToken, Task> beat, Func<string, CancellationToken, Task> remove, TimeProvider time, ILogger<WorkerPulse> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);
    private long _settled;

    /// <summary>Machine and process, unique among the workers.</summary>
    public string Name { get; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>Counts settled texts.</summary>
    public void Add(int settled) => Interlocked.Add(ref _settled, settled);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        var (last, lastAt) = (0L, time.GetTimestamp());
        try
        {
            do
            {
                var (now, at) = (Interlocked.Read(ref _settled), time.GetTimestamp());
                var seconds = time.GetElapsedTime(lastAt, at).TotalSeconds;
                var rate = seconds > 0.5 ? (now - last) / seconds : 0;
                (last, lastAt) = (now, at);
                try
                {
                    await beat(Name, now, rate, stoppingToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // Only the display suffers, and the work itself reports the outage.
                    LogBeatFailed(exception.GetType().Name);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await remove(Name, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogBeatFailed(exception.GetType().Name);
        }
    }

    [LoggerMessage(8001, LogLevel.Debug, "The worker's sign of life could not be stored ({Fault}).")]
    private partial void LogBeatFailed(string fault);
}
