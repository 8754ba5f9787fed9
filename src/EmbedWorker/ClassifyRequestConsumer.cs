using MassTransit;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Contracts.Requests;
using Pipeline.Inference.Classification;
using Pipeline.Inference.Models;
using Pipeline.Inference.Tokenization;
using Pipeline.ServiceDefaults.Lanes;

namespace Pipeline.EmbedWorker;

/// <summary>Answers those who wait for the classes of texts.</summary>
internal sealed class ClassifyRequestConsumer(ClassifierPool classifiers, IHostApplicationLifetime lifetime) : IConsumer<ClassifyRequest>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<ClassifyRequest> context)
    {
        var request = context.Message;
        return LaneResponder.AnswerAsync(
            context, () => Task.FromResult(classifiers.Load(request.Model)), token => Task.FromResult(Classify(request, token)), Explain,
            lifetime.ApplicationStopping);
    }

    private ClassifyAnswer Classify(ClassifyRequest request, CancellationToken cancellationToken)
    {
        var classifier = classifiers.Load(request.Model);
        return new(
            classifier.ModelSha256,
            [.. classifier.Classify(request.Texts, cancellationToken).Select(found => new TextLabel(found?.Label, found?.Probability ?? 0))]);
    }

    private static RequestRefused? Explain(Exception exception) => exception
        is ModelException or TokenizerException or OnnxRuntimeException or IOException or UnauthorizedAccessException
        ? new RequestRefused(RequestRefused.ClassifierNotRunnable, exception.Message)
        : null;
}
