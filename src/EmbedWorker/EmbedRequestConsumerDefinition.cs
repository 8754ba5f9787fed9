using MassTransit;
using Pipeline.Contracts;
using Pipeline.ServiceDefaults.Lanes;

namespace Pipeline.EmbedWorker;

/// <summary>Queue of <see cref="EmbedRequestConsumer"/>.</summary>
internal sealed class EmbedRequestConsumerDefinition : ConsumerDefinition<EmbedRequestConsumer>
{
    public EmbedRequestConsumerDefinition() => EndpointName = QueueNames.EmbedRequests;

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<EmbedRequestConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.ConfigureLane();
}
