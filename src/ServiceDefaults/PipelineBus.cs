using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pipeline.ServiceDefaults;

/// <summary>How our services use the broker.</summary>
public static class PipelineBus
{
    /// <summary>
    /// Adds the bus. Its start is waited for, so that readiness means connected; its usage telemetry is off; a stop waits for the
    /// messages in work. Every consumer's queue is watched (<see cref="QueueWatch"/>), so the services need a clock.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">Where the broker's address is.</param>
    /// <param name="consumers">Adds what listens.</param>
    /// <param name="isVital">False for a service that has its use without the broker: it starts without waiting, and stays ready.</param>
    public static IServiceCollection AddPipelineBus(
        this IServiceCollection services, IConfiguration configuration, Action<IBusRegistrationConfigurator>? consumers = null, bool isVital = true)
    {
        var broker = BrokerAddress.Parse(PipelineHost.Settings(configuration).RabbitMq);
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            if (!isVital)
            {
                bus.ConfigureHealthCheckOptions(health => health.MinimalFailureStatus = HealthStatus.Degraded);
            }

            consumers?.Invoke(bus);
            bus.AddConfigureEndpointsCallback(Watch);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(broker, host => host.PublisherConfirmation = true);
                rabbit.ConfigureEndpoints(context);
            });
        });
        services.Configure<MassTransitHostOptions>(host =>
        {
            host.WaitUntilStarted = isVital;
            host.StopTimeout = TimeSpan.FromSeconds(100);
            host.ConsumerStopTimeout = TimeSpan.FromSeconds(90);
        });
        return services;
    }

    /// <summary>
    /// The one shape of our work queues: quorum, no topology from message types (work is sent, never published), and exactly as many
    /// messages fetched as are worked on, so that a message that waits is visible to the dispatcher as waiting.
    /// </summary>
    public static void ConfigureWorkQueue(this IReceiveEndpointConfigurator endpoint, int concurrency)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PrefetchCount = concurrency;
        endpoint.ConcurrentMessageLimit = concurrency;
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            rabbit.SetQuorumQueue();
        }
    }

    private static void Watch(IRegistrationContext context, string queue, IReceiveEndpointConfigurator endpoint)
    {
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            var watch = ActivatorUtilities.CreateInstance<QueueWatch>(context, queue);
            rabbit.UseFilter<ConsumeContext>(watch);
            rabbit.ConfigureChannel(channel => channel.UseFilter(watch));
        }
    }
}
