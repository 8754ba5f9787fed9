using MassTransit;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.ServiceDefaults;

namespace Pipeline.SummarizeWorker;

/// <summary>Queue and concurrency of <see cref="SummarizeTextsConsumer"/>.</summary>
internal sealed class SummarizeTextsConsumerDefinition : ConsumerDefinition<SummarizeTextsConsumer>
{
    private readonly int _concurrency;

    public SummarizeTextsConsumerDefinition(IOptions<SummarizeWorkerOptions> options)
    {
        EndpointName = QueueNames.SummarizeTexts;
        _concurrency = options.Value.Concurrency;
    }

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<SummarizeTextsConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.ConfigureWorkQueue(_concurrency);
}
