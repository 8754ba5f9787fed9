namespace Pipeline.Inference.Processing;

/// <summary>Answers prompts: a model of our own runtime, or an endpoint. Safe to share between threads.</summary>
internal interface ICompleter : IPromptTokens
{
    /// <summary>Streams one outcome per prompt, as they settle and in any order.</summary>
    /// <exception cref="EngineException">Nothing can be answered at present.</exception>
    IAsyncEnumerable<TextOutcome<Completion>> CompleteAsync(IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken);
}
