using MassTransit;
using Pipeline.Contracts;
using Pipeline.ServiceDefaults.Lanes;

namespace Pipeline.SummarizeWorker;

/// <summary>Queue of <see cref="SummarizeRequestConsumer"/>.</summary>
internal sealed class SummarizeRequestConsumerDefinition : ConsumerDefinition<SummarizeRequestConsumer>
{
    public SummarizeRequestConsumerDefinition() => EndpointName = QueueNames.SummarizeRequests;

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<SummarizeRequestConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.ConfigureLane();
}
