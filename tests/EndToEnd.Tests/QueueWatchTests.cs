using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pipeline.Contracts;
using Pipeline.ServiceDefaults;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>The bus as the workers have it, with a consumer that only counts.</summary>
[Collection(EndToEndTests.Name)]
public sealed class QueueWatchTests(BrokerFixture broker)
{
    private const string Queue = "watched";
    private const int Messages = 5;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_consumer_that_the_broker_forgets_with_its_queue_is_connected_again()
    {
        Assert.SkipWhen(await broker.VersionAsync() >= new Version(4, 0), "RabbitMQ 4 forgets no consumer.");
        using var host = Host();
        await host.StartAsync(Token);
        var (seen, log) = (host.Services.GetRequiredService<Seen>(), host.Services.GetRequiredService<Warnings>());
        var endpoint = await host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("exchange:" + Queue));

        // Most times the new queue is quicker than the news of the old one's end, and the consumer is forgotten; it is never for good.
        for (var round = 0; !log.Any && round < 20; round++)
        {
            await broker.MakeAgainAsync(Queue);
            for (var i = 0; i < Messages; i++)
            {
                await endpoint.Send(new EmbedTexts((round * Messages) + i, 1, []), Token);
            }

            await Eventually.TrueAsync(
                () => seen.Count == (round + 1) * Messages, s_patience,
                () => $"{seen.Count} messages in round {round}\n{broker.DescribeAsync([Queue]).GetAwaiter().GetResult()}");
        }

        await host.StopAsync(Token);
        Assert.True(log.Any, "The consumer was forgotten in no round, so nothing was tested.");
    }

    private IHost Host()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Pipeline:RabbitMq"] = broker.Address,
            ["Pipeline:Postgres"] = "Host=unused",
        });
        builder.Services.AddSingleton<TimeProvider, FastTime>();
        builder.Services.AddSingleton<Seen>();
        builder.Services.AddSingleton<Warnings>();
        builder.Services.AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<Warnings>());
        builder.Services.AddPipelineBus(builder.Configuration, bus => bus.AddConsumer<Counter, CounterDefinition>());
        return builder.Build();
    }

    private sealed class CounterDefinition : ConsumerDefinition<Counter>
    {
        public CounterDefinition() => EndpointName = Queue;

        protected override void ConfigureConsumer(
            IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<Counter> consumerConfigurator, IRegistrationContext context) =>
            endpointConfigurator.ConfigureWorkQueue(2);
    }

    private sealed class Counter(Seen seen) : IConsumer<EmbedTexts>
    {
        public Task Consume(ConsumeContext<EmbedTexts> context)
        {
            seen.Add(context.Message.ChunkId);
            return Task.CompletedTask;
        }
    }

    private sealed class Seen
    {
        private readonly ConcurrentDictionary<long, bool> _ids = new();

        public int Count => _ids.Count;

        public void Add(long id) => _ids[id] = true;
    }

    /// <summary>Timers run fifty times as fast.</summary>
    private sealed class FastTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime / 50, period / 50);
    }

    /// <summary>Whether the watch has warned.</summary>
    private sealed class Warnings : ILoggerProvider, ILogger
    {
        public bool Any { get; private set; }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Any |= eventId.Id == 8002;

        public void Dispose()
        {
        }
    }
}
