using System.Runtime.CompilerServices;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Continues prompts with a decoder. Safe to share between threads: one batch runs at a time, so that memory stays within
/// <see cref="TextGeneratorOptions.MaxCacheBytes"/>.
/// </summary>
public sealed class TextGenerator : IDisposable
{
    private readonly IReadOnlyCollection<int> _endOfSequence;
    private readonly TextGeneratorOptions _limits;
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>Makes a generator, which owns the decoder.</summary>
    /// <param name="decoder">The model.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="endOfSequence">Ids that end a text.</param>
    /// <param name="limits">How many prompts run together.</param>
    public TextGenerator(IDecoder decoder, ISubwordTokenizer tokenizer, IReadOnlyCollection<int> endOfSequence, TextGeneratorOptions limits)
    {
        Decoder = decoder;
        Tokenizer = tokenizer;
        _endOfSequence = endOfSequence;
        _limits = limits;
    }

    /// <summary>The model.</summary>
    public IDecoder Decoder { get; }

    /// <summary>The model's tokenizer.</summary>
    public ISubwordTokenizer Tokenizer { get; }

    /// <summary>Streams one outcome per prompt, as they end and in any order; a prompt's text does not depend on the others.</summary>
    /// <param name="prompts">Ids of each, special tokens included; nothing is added.</param>
    /// <param name="options">How to choose.</param>
    /// <param name="cancellationToken">Looked at between tokens.</param>
    /// <exception cref="GenerationException">The options contradict themselves.</exception>
    public async IAsyncEnumerable<TextOutcome<GeneratedText>> GenerateAsync(
        IReadOnlyList<int[]> prompts, GenerationOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        options.Validate();
        var stop = new StopCondition(options, _endOfSequence, ids => Tokenizer.Decode(ids, skipSpecialTokens: true), Tokenizer.FindToken);
        var fit = new List<int>();
        for (var index = 0; index < prompts.Count; index++)
        {
            if (Refuse(prompts[index], options) is { } failure)
            {
                yield return new(index, null, failure);
            }
            else
            {
                fit.Add(index);
            }
        }

        var lengths = fit.Select(index => prompts[index].Length + NewTokens(prompts[index], options)).ToArray();
        foreach (var batch in BatchPlanner.Plan(lengths, Math.Max(1, _limits.MaxBatchRows / options.Beams), MaxTokens(options)))
        {
            await _gate.WaitAsync(cancellationToken);
            try
            {
                var members = batch.Select(place => fit[place]).ToArray();
                using var run = Start([.. members.Select(index => prompts[index])], options, stop);
                while (!run.IsDone)
                {
                    // A step computes for long; yielding lets a caller that waits for several things see the others.
                    await Task.Yield();
                    cancellationToken.ThrowIfCancellationRequested();
                    foreach (var outcome in run.Step())
                    {
                        yield return outcome with { Index = members[outcome.Index] };
                    }
                }
            }
            finally
            {
                _gate.Release();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gate.Dispose();
        Decoder.Dispose();
    }

    private BatchRun Start(int[][] prompts, GenerationOptions options, StopCondition stop)
    {
        var continuations = prompts.Select(IContinuation (prompt) => options.Beams > 1
            ? new BeamSearchContinuation(prompt, options, stop, NewTokens(prompt, options))
            : new SampledContinuation(prompt, options, stop, NewTokens(prompt, options)));
        return new BatchRun(Decoder, prompts, continuations, prompts.Max(prompt => NewTokens(prompt, options)));
    }

    /// <summary>The window ends a text like <see cref="GenerationOptions.MaxNewTokens"/>.</summary>
    private int NewTokens(int[] prompt, GenerationOptions options) => Math.Min(options.MaxNewTokens, Decoder.MaxTokens - prompt.Length);

    private long MaxTokens(GenerationOptions options) => _limits.MaxCacheBytes / (Decoder.CacheBytesPerToken * options.Beams);

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

        var tokens = prompt.Length + NewTokens(prompt, options);
        return tokens <= MaxTokens(options)
            ? null
            : new(
                "prompt-too-long",
                $"{tokens} tokens with {options.Beams} beams need {tokens * Decoder.CacheBytesPerToken * options.Beams:N0} bytes of key/value "
                + $"cache; {nameof(TextGeneratorOptions.MaxCacheBytes)} allows {_limits.MaxCacheBytes:N0}.");
    }
}
