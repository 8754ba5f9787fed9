using MassTransit;
using Pipeline.Contracts;
using Pipeline.ServiceDefaults;

namespace Pipeline.SummarizeWorker;

/// <summary>Queue and concurrency of <see cref="GenerateSamplesConsumer"/>.</summary>
internal sealed class GenerateSamplesConsumerDefinition : ConsumerDefinition<GenerateSamplesConsumer>
{
    // Evaluations come second: whatever the setting, production has the other places.
    private const int Concurrency = 1;

    public GenerateSamplesConsumerDefinition() => EndpointName = QueueNames.GenerateSamples;

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<GenerateSamplesConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.ConfigureWorkQueue(Concurrency);
}
