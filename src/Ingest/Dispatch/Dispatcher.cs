using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Contracts;
using Pipeline.ServiceDefaults;
using Pipeline.Storage.Ledger;

namespace Pipeline.Ingest.Dispatch;

/// <summary>
/// Turns pending work into messages. The ledger is the truth and the broker only distributes: whatever happens to a message, its
/// chunk is either begun by a worker, or found lost here and its texts made pending again. One dispatcher is active at a time, by
/// an advisory lock that dies with its connection; the others wait.
/// </summary>
internal sealed class Dispatcher(
    NpgsqlDataSource dataSource, DispatchLedger ledger, ChunkSender sender, QueueTopology topology, DispatcherHealth health,
    IOptions<DispatcherOptions> options, TimeProvider time, ILogger<Dispatcher> logger) : BackgroundService
{
    // 'pipeline' and 1, so that other users of advisory locks in the same database are not met by chance.
    private const long LockKey = 0x70697065_00000001;
    private const int SendsInFlight = 64;
    private static readonly TimeSpan s_standbyInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(10);

    private readonly (string Stage, string Queue, DispatchLedger Ledger)[] _stages =
    [
        ("embed", QueueNames.EmbedTexts, ledger),
        ("summarize", QueueNames.SummarizeTexts, ledger),
        ("summarize", QueueNames.GenerateSamples, new DispatchLedger(dataSource, WorkTable.Generations)),
    ];

    private readonly Dictionary<string, LossDetector> _detectors =
        QueueNames.All.ToDictionary(queue => queue, _ => new LossDetector(time, options.Value.LostAfter));

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = options.Value.PollInterval;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LeadAsync(OnProgress, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // PostgreSQL or the broker is away, or a send is unknown. Nothing is lost by waiting: the ledger knows what is open.
                health.Interrupted(exception);
                logger.DispatchInterrupted(exception.GetType().Name, exception.Message, pause.TotalSeconds);
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, s_longestPause.Ticks));
            }
        }

        void OnProgress()
        {
            pause = options.Value.PollInterval;
            health.Works();
        }
    }

    private async Task LeadAsync(Action onProgress, CancellationToken cancellationToken)
    {
        await using var leader = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var tryLock = new NpgsqlCommand("select pg_try_advisory_lock($1)", leader) { Parameters = { new() { Value = LockKey } } };
        while (!(bool)(await tryLock.ExecuteScalarAsync(cancellationToken))!)
        {
            onProgress();
            await Task.Delay(s_standbyInterval, time, cancellationToken);
        }

        try
        {
            logger.Leading();
            await using var stillLeading = new NpgsqlCommand("select 1", leader);
            while (true)
            {
                await stillLeading.ExecuteScalarAsync(cancellationToken);
                var sent = await TickAsync(cancellationToken);
                onProgress();
                if (sent == 0)
                {
                    await Task.Delay(options.Value.PollInterval, time, cancellationToken);
                }
            }
        }
        finally
        {
            // The pool would keep the session, and with it the lock, alive.
            NpgsqlConnection.ClearPool(leader);
        }
    }

    private async Task<int> TickAsync(CancellationToken cancellationToken)
    {
        var expired = await ledger.ReleaseExpiredAsync(cancellationToken);
        if (expired > 0)
        {
            logger.LeasesExpired(expired);
        }

        var sent = 0;
        foreach (var (stage, queue, work) in _stages)
        {
            sent += await FillAsync(stage, queue, work, cancellationToken);
        }

        return sent;
    }

    private async Task<int> FillAsync(string stage, string queue, DispatchLedger work, CancellationToken cancellationToken)
    {
        var state = await work.LookAsync(queue, cancellationToken);
        if (state.Waiting > 0)
        {
            var ready = await topology.ReadyMessagesAsync(queue, cancellationToken);
            if (_detectors[queue].LostUpTo(state, ready) is { } lostUpTo)
            {
                if (ready is null)
                {
                    await topology.DeclareAsync(queue, cancellationToken);
                }

                var age = ready is null ? TimeSpan.Zero : options.Value.LostAfter;
                var released = await work.ReleaseWaitingAsync(queue, lostUpTo, age, cancellationToken);
                if (released > 0)
                {
                    logger.MessagesLost(released, queue);
                    state = await work.LookAsync(queue, cancellationToken);
                }
            }
        }

        var room = options.Value.MaxOutstandingChunks - state.Outstanding;
        var sent = 0;
        foreach (var (recipeId, chunkSize) in room > 0 ? await work.ReadyRecipesAsync(stage, cancellationToken) : [])
        {
            var chunks = await work.FormChunksAsync(recipeId, queue, chunkSize, Math.Min(room - sent, SendsInFlight), cancellationToken);

            // Durable from here: the chunks. A crash before or during the sends leaves some that nobody begins; they count as lost later.
            await Task.WhenAll(chunks.Select(chunk => sender.SendAsync(chunk, cancellationToken)));
            sent += chunks.Count;
            if (sent >= room)
            {
                break;
            }
        }

        return sent;
    }
}
