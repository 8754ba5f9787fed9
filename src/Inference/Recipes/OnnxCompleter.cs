using System.Runtime.CompilerServices;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Metrics;
using Pipeline.Inference.Processing;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Recipes;

/// <summary>Answers prompts with a model of our own runtime.</summary>
internal sealed class OnnxCompleter(TextGenerator generator, OnnxPrompts prompts, GenerationOptions options, RequestPriority priority) : ICompleter
{
    public IReadOnlyList<TextSpan> Tokens(string text) => prompts.Tokens(text);

    public int Count(Prompt prompt) => prompts.Count(prompt);

    public async IAsyncEnumerable<TextOutcome<Completion>> CompleteAsync(
        IReadOnlyList<Prompt> asked, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int[][] ids;
        using (generator.Metrics.Measure(InferenceStage.Tokenize))
        {
            ids = [.. asked.Select(prompts.Ids)];
        }

        await foreach (var outcome in generator.GenerateAsync(ids, options, priority, cancellationToken))
        {
            yield return outcome.Value is { } text
                ? new(outcome.Index, new(text.Text, text.FinishReason == FinishReason.Length, ids[outcome.Index].Length, text.Ids.Count), null)
                : new(outcome.Index, null, outcome.Failure);
        }
    }
}
