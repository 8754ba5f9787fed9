using MassTransit;
using Pipeline.Contracts;
using Pipeline.ServiceDefaults.Lanes;

namespace Pipeline.EmbedWorker;

/// <summary>Queue of <see cref="ClassifyRequestConsumer"/>.</summary>
internal sealed class ClassifyRequestConsumerDefinition : ConsumerDefinition<ClassifyRequestConsumer>
{
    public ClassifyRequestConsumerDefinition() => EndpointName = QueueNames.ClassifyRequests;

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<ClassifyRequestConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.ConfigureLane();
}
