using MassTransit;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.ServiceDefaults;

namespace Pipeline.EmbedWorker;

/// <summary>Queue and concurrency of <see cref="EmbedTextsConsumer"/>.</summary>
internal sealed class EmbedTextsConsumerDefinition : ConsumerDefinition<EmbedTextsConsumer>
{
    private readonly int _concurrency;

    public EmbedTextsConsumerDefinition(IOptions<EmbedWorkerOptions> options)
    {
        EndpointName = QueueNames.EmbedTexts;
        _concurrency = options.Value.Concurrency;
    }

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<EmbedTextsConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.ConfigureWorkQueue(_concurrency);
}
