using System.Runtime.CompilerServices;
using Pipeline.Inference.Generation.Scheduling;
using Pipeline.Inference.Metrics;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Continues prompts with a decoder. Safe to share between threads: prompts of all callers run together in one batch, each call's in turn,
/// and memory stays within <see cref="TextGeneratorOptions.MaxCacheBytes"/>.
/// </summary>
public sealed class TextGenerator : IDisposable
{
    private readonly IReadOnlyCollection<int> _endOfSequence;
    private readonly TextGeneratorOptions _limits;
    private readonly GenerationEngine _engine;

    /// <summary>Makes a generator, which owns the decoder.</summary>
    /// <param name="name">The model's name, for metrics.</param>
    /// <param name="decoder">The model.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="endOfSequence">Ids that end a text.</param>
    /// <param name="limits">How many prompts run together.</param>
    /// <exception cref="GenerationException">A limit is out of range.</exception>
    public TextGenerator(
        string name, IDecoder decoder, ISubwordTokenizer tokenizer, IReadOnlyCollection<int> endOfSequence, TextGeneratorOptions limits)
    {
        limits.Validate();
        Decoder = decoder;
        Tokenizer = tokenizer;
        _endOfSequence = endOfSequence;
        _limits = limits;
        Metrics = new(name);
        _engine = new(
            decoder,
            new(
                limits.MaxBatchRows, limits.InteractiveRows, limits.MaxCacheBytes / decoder.CacheBytesPerToken, limits.PromptTokensPerStep,
                limits.PromptsTogether),
            limits.MaxGuessedTokens,
            Metrics);
    }

    /// <summary>The model.</summary>
    public IDecoder Decoder { get; }

    /// <summary>The model's tokenizer.</summary>
    public ISubwordTokenizer Tokenizer { get; }

    internal ModelMetrics Metrics { get; }

    /// <summary>
    /// Streams one outcome per prompt, as they end and in any order; a prompt's text does not depend on the others, nor on when it came.
    /// </summary>
    /// <param name="prompts">Ids of each, special tokens included; nothing is added.</param>
    /// <param name="options">How to choose.</param>
    /// <param name="priority">Who is served first.</param>
    /// <param name="cancellationToken">Looked at between tokens.</param>
    /// <exception cref="GenerationException">The options contradict themselves.</exception>
    public async IAsyncEnumerable<TextOutcome<GeneratedText>> GenerateAsync(
        IReadOnlyList<int[]> prompts,
        GenerationOptions options,
        RequestPriority priority,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        options.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        var stop = new StopCondition(options, _endOfSequence, ids => Tokenizer.Decode(ids, skipSpecialTokens: true), Tokenizer.FindToken);
        var call = new GenerationCall(cancellationToken);
        var jobs = new List<GenerationJob>();
        for (var index = 0; index < prompts.Count; index++)
        {
            if (Refuse(prompts[index], options) is { } failure)
            {
                yield return new(index, null, failure);
            }
            else
            {
                jobs.Add(Job(call, index, prompts[index], options, stop, priority));
            }
        }

        _engine.Submit(call, jobs);
        try
        {
            await foreach (var outcome in call.Outcomes)
            {
                yield return outcome;
            }
        }
        finally
        {
            // Not before the rows are free: who gives up on a model that hangs has to notice that it does.
            await call.AbandonAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _engine.Dispose();
        Decoder.Dispose();
    }

    private GenerationJob Job(
        GenerationCall call, int index, int[] prompt, GenerationOptions options, StopCondition stop, RequestPriority priority)
    {
        var newTokens = NewTokens(prompt, options);
        IContinuation continuation = options.Beams > 1
            ? new BeamSearchContinuation(prompt, options, stop, newTokens)
            : new SampledContinuation(prompt, options, stop, newTokens);
        return new(call, index, prompt, continuation, options.Beams, CacheTokens(prompt, options), priority);
    }

    /// <summary>The window ends a text like <see cref="GenerationOptions.MaxNewTokens"/>.</summary>
    private int NewTokens(int[] prompt, GenerationOptions options) => Math.Min(options.MaxNewTokens, Decoder.MaxTokens - prompt.Length);

    /// <summary>Tokens that the cache takes for a row of it.</summary>
    private int CacheTokens(int[] prompt, GenerationOptions options)
    {
        var together = Decoder.CacheTokensTogether;
        return (prompt.Length + NewTokens(prompt, options) + together - 1) / together * together;
    }

    private TextFailure? Refuse(int[] prompt, GenerationOptions options)
    {
        if (prompt.Length == 0)
        {
            return new("empty-prompt", "The prompt has no tokens.");
        }

        if (prompt.Length >= Decoder.MaxTokens)
        {
            return new("prompt-too-long", $"The prompt has {prompt.Length} tokens; the model takes {Decoder.MaxTokens}, at least one of them new.");
        }

        var unknown = Array.FindIndex(prompt, id => id < 0 || id >= Decoder.VocabularySize);
        if (unknown >= 0)
        {
            return new("unknown-token", $"Token {unknown} of the prompt is {prompt[unknown]}; the model knows 0 to {Decoder.VocabularySize - 1}.");
        }

        var tokens = CacheTokens(prompt, options);
        var bytes = tokens * Decoder.CacheBytesPerToken * options.Beams;
        return bytes <= _limits.MaxCacheBytes
            ? null
            : new(
                "prompt-too-long",
                $"{tokens} tokens with {options.Beams} beams need {bytes:N0} bytes of key/value cache; "
                + $"{nameof(TextGeneratorOptions.MaxCacheBytes)} allows {_limits.MaxCacheBytes:N0}.");
    }
}
