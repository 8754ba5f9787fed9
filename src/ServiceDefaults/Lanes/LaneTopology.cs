using MassTransit;

namespace Pipeline.ServiceDefaults.Lanes;

/// <summary>
/// The shape of a lane for requests: a queue of its own, so that no backlog stands before a request; gone soon after its last worker, so that
/// a request without a worker comes back at once; nothing on disk, and nothing kept of what failed, because there are texts in it.
/// </summary>
public static class LaneTopology
{
    /// <summary>Requests that one worker has in work.</summary>
    private const int Concurrency = 4;

    private static readonly TimeSpan s_expiry = TimeSpan.FromSeconds(5);

    /// <summary>Where requests of a lane are sent.</summary>
    public static Uri Address(string lane) => new("exchange:" + lane);

    /// <summary>Makes an endpoint of a worker the end of a lane.</summary>
    public static void ConfigureLane(this IReceiveEndpointConfigurator endpoint)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PrefetchCount = Concurrency;
        endpoint.ConcurrentMessageLimit = Concurrency;
        endpoint.DiscardFaultedMessages();
        endpoint.DiscardSkippedMessages();
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            rabbit.QueueExpiration = s_expiry;
        }
    }
}
