using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.ServiceDefaults;

/// <summary>Declares the work queues and looks at them, apart from the bus: a queue must exist before anything is sent to it.</summary>
public sealed class QueueTopology(Uri broker) : IAsyncDisposable
{
    private IConnection? _connection;

    /// <summary>Declares exchange, quorum queue and binding, exactly as the receive endpoints do. Harmless when repeated.</summary>
    public async Task DeclareAsync(string queue, CancellationToken cancellationToken)
    {
        await using var channel = await OpenAsync(cancellationToken);
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false,
            arguments: new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: cancellationToken);
        await channel.QueueBindAsync(queue, queue, routingKey: "", cancellationToken: cancellationToken);
    }

    /// <summary>Number of messages that wait for a consumer; null when the queue does not exist.</summary>
    public async Task<long?> ReadyMessagesAsync(string queue, CancellationToken cancellationToken)
    {
        await using var channel = await OpenAsync(cancellationToken);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).MessageCount;
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    private async Task<IChannel> OpenAsync(CancellationToken cancellationToken)
    {
        if (_connection is not { IsOpen: true })
        {
            if (_connection is not null)
            {
                await _connection.DisposeAsync();
            }

            var factory = new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false, ClientProvidedName = "pipeline-topology" };
            _connection = await factory.CreateConnectionAsync(cancellationToken);
        }

        return await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
    }
}
