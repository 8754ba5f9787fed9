using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Processing;

/// <summary>Answers prompts: a model of our own runtime, or an endpoint. Safe to share between threads.</summary>
internal interface ICompleter
{
    /// <summary>The tokens of a text, in order; an estimate where the model's tokenizer is not at hand.</summary>
    IReadOnlyList<TextSpan> Tokens(string text);

    /// <summary>Tokens of a whole prompt.</summary>
    int Count(Prompt prompt);

    /// <summary>Streams one outcome per prompt, as they settle and in any order.</summary>
    IAsyncEnumerable<TextOutcome<Completion>> CompleteAsync(IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken);
}
