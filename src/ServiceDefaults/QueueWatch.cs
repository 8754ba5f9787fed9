using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Pipeline.ServiceDefaults;

/// <summary>
/// Sees to it that an endpoint is given the messages of its queue. When a queue is deleted and made again at once, RabbitMQ before 4.0 can
/// move its consumers to the new queue without a word and then drop their deliveries: they would wait for ever (ADR 0076). An endpoint
/// that is idle beside waiting messages from one look to the next therefore loses its channel, and the bus connects it again.
/// </summary>
/// <param name="queue">The endpoint's queue.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Notes what it does.</param>
internal sealed partial class QueueWatch(string queue, TimeProvider time, ILogger<QueueWatch> logger)
    : IFilter<ConsumeContext>, IFilter<ChannelContext>
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);
    private int _inWork;
    private long _begun;

    /// <summary>Counts a delivery.</summary>
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        Interlocked.Increment(ref _inWork);
        Interlocked.Increment(ref _begun);
        try
        {
            await next.Send(context);
        }
        finally
        {
            Interlocked.Decrement(ref _inWork);
        }
    }

    /// <summary>Watches as long as the consumer has this channel.</summary>
    public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        using var over = new CancellationTokenSource();
        var watch = WatchAsync(context, over.Token);
        try
        {
            await next.Send(context);
        }
        finally
        {
            await over.CancelAsync();
            await watch;
        }
    }

    /// <inheritdoc />
    public void Probe(ProbeContext context) => context.CreateFilterScope("queueWatch");

    private async Task WatchAsync(ChannelContext consumer, CancellationToken over)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        long? idleSince = null;
        while (await NextAsync())
        {
            try
            {
                var waiting = await CountAsync(consumer.ConnectionContext.Connection);
                var begun = Interlocked.Read(ref _begun);
                if (waiting == 0 || Volatile.Read(ref _inWork) > 0)
                {
                    idleSince = null;
                }
                else if (begun == idleSince)
                {
                    LogForgotten(queue, waiting);
                    // Left to the bus: a channel that two close at a time can cost the whole connection.
                    consumer.NotifyFaulted(new TransportUnavailableException($"The queue {queue} gives nothing."), new Uri("queue:" + queue));
                }
                else
                {
                    idleSince = begun;
                }
            }
            catch (Exception exception)
            {
                // Without an answer of the broker nothing is known; that it is away, the bus reports.
                idleSince = null;
                LogLookFailed(queue, exception.GetType().Name);
            }
        }

        async Task<bool> NextAsync()
        {
            try
            {
                return await timer.WaitForNextTickAsync(over);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    // On a channel of its own, because a question about a queue that is gone closes it. Not broken off: the answer takes moments or times out.
    private async Task<uint> CountAsync(IConnection connection)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: CancellationToken.None);
        return await channel.MessageCountAsync(queue, CancellationToken.None);
    }

    [LoggerMessage(8002, LogLevel.Warning, "The queue {Queue} has {Waiting} messages and gives none to this idle worker, which connects again.")]
    private partial void LogForgotten(string queue, uint waiting);

    [LoggerMessage(8003, LogLevel.Debug, "The queue {Queue} could not be looked at ({Fault}).")]
    private partial void LogLookFailed(string queue, string fault);
}
