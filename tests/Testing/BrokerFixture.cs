using System.Text;
using Pipeline.ServiceDefaults;

namespace Pipeline.Testing;

/// <summary>A virtual host of its own on the test broker, made for one test class and deleted after it.</summary>
public sealed class BrokerFixture : IAsyncLifetime
{
    private readonly string _virtualHost = $"test-{Guid.NewGuid():N}";

    /// <summary>The broker's address with the virtual host; skips the test when there is no broker.</summary>
    public string Address => new UriBuilder(TestServers.RabbitMq) { Path = _virtualHost }.Uri.AbsoluteUri;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        if (TestServers.HasRabbitMq)
        {
            var user = new Uri(TestServers.RabbitMq).UserInfo.Split(':')[0];
            await TestServers.ControlAsync("rabbitmqctl", "add_vhost", _virtualHost);
            await TestServers.ControlAsync("rabbitmqctl", "set_permissions", "-p", _virtualHost, user, ".*", ".*", ".*");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (TestServers.HasRabbitMq)
        {
            await TestServers.ControlAsync("rabbitmqctl", "delete_vhost", _virtualHost);
        }
    }

    /// <summary>Deletes a queue with everything in it; nothing happens when there is none.</summary>
    public Task DeleteAsync(string queue) => AskAsync(async channel => await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false));

    /// <summary>Deletes a work queue and makes it again at once, most times before the broker has told the queue's consumers.</summary>
    public Task MakeAgainAsync(string queue) => AskAsync(async channel =>
    {
        await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false);
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await channel.QueueBindAsync(queue, queue, routingKey: "");
    });

    /// <summary>Throws away the messages that wait in a queue.</summary>
    public Task PurgeAsync(string queue) => AskAsync(async channel => await channel.QueuePurgeAsync(queue));

    /// <summary>Messages that wait in a queue; null when there is no such queue.</summary>
    public async Task<long?> WaitingAsync(string queue)
    {
        await using var topology = new QueueTopology(new Uri(Address));
        return await topology.ReadyMessagesAsync(queue, CancellationToken.None);
    }

    /// <summary>The broker's version, "3.10.8".</summary>
    public async Task<Version> VersionAsync()
    {
        await using var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = new Uri(Address) }.CreateConnectionAsync();
        return Version.Parse(Encoding.UTF8.GetString((byte[])connection.ServerProperties!["version"]!));
    }

    /// <summary>A line for each queue that there is: messages that wait, and consumers.</summary>
    public async Task<string> DescribeAsync(IEnumerable<string> queues)
    {
        var lines = new List<string>();
        foreach (var queue in queues)
        {
            if (await WaitingAsync(queue) is { } waiting)
            {
                await AskAsync(async channel => lines.Add($"queue {queue} waiting {waiting} consumers {await channel.ConsumerCountAsync(queue)}"));
            }
        }

        return string.Join('\n', lines);
    }

    private async Task AskAsync(Func<RabbitMQ.Client.IChannel, Task> ask)
    {
        var factory = new RabbitMQ.Client.ConnectionFactory { Uri = new Uri(Address) };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await ask(channel);
    }
}
