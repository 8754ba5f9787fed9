using Pipeline.Inference.Models;

namespace Pipeline.Inference.Generation;

/// <summary>How many prompts run together.</summary>
public sealed record TextGeneratorOptions
{
    // A step of many rows takes a GPU a few milliseconds, in which it reads about so many tokens.
    private const int GpuPromptTokensPerStep = 16384;
    private const int CpuPromptTokensPerStep = 2048;
    private const int GpuPromptsTogether = 32;

    /// <summary>Most rows that run together; a prompt takes one for each beam. On a CPU more than 16 gain nothing.</summary>
    public int MaxBatchRows { get; init; } = 16;

    /// <summary>Rows beyond those that are kept for interactive requests.</summary>
    public int InteractiveRows { get; init; } = 1;

    /// <summary>
    /// Most bytes of key/value cache, which takes rows * (longest prompt + new tokens) * <see cref="IDecoder.CacheBytesPerToken"/>. Where that
    /// is not enough for <see cref="MaxBatchRows"/>, fewer rows run.
    /// </summary>
    public long MaxCacheBytes { get; init; } = 2L << 30;

    /// <summary>
    /// Prompts are begun until they have so many tokens together; then the rows that run get a token each. Low keeps rows from waiting for
    /// each other, high fills free rows sooner.
    /// </summary>
    public int PromptTokensPerStep { get; init; } = CpuPromptTokensPerStep;

    /// <summary>While others run, bulk work begins when so many rows are free, or an eighth of all. 1 begins at once, as suits a CPU.</summary>
    public int PromptsTogether { get; init; } = 1;

    /// <summary>Most tokens that are guessed ahead of a text that runs alone; 0 to guess none. Texts are the same with any number.</summary>
    public int MaxGuessedTokens { get; init; } = 7;

    /// <summary>What suits the place where a decoder runs.</summary>
    public static TextGeneratorOptions For(IDecoder decoder, CudaOptions cuda) => decoder.FreeBytes is { } free
        ? new()
        {
            MaxBatchRows = cuda.MaxRows,
            MaxCacheBytes = Math.Max(1, (long)(free * cuda.CacheShare)),
            PromptTokensPerStep = PromptTokensFor(ModelTarget.Cuda),
            PromptsTogether = PromptsTogetherFor(ModelTarget.Cuda),
        }
        : new();

    /// <summary>What <see cref="PromptTokensPerStep"/> is good for a model.</summary>
    public static int PromptTokensFor(ModelTarget target) => target == ModelTarget.Cuda ? GpuPromptTokensPerStep : CpuPromptTokensPerStep;

    /// <summary>What <see cref="PromptsTogether"/> is good for a model.</summary>
    public static int PromptsTogetherFor(ModelTarget target) => target == ModelTarget.Cuda ? GpuPromptsTogether : 1;

    /// <summary>Checks every value.</summary>
    /// <exception cref="GenerationException">One can't be right; the message says which.</exception>
    public void Validate()
    {
        // Logits of all rows lie in one array.
        GenerationOptions.Expect(MaxBatchRows is >= 1 and <= 1024, nameof(MaxBatchRows), MaxBatchRows, "1 to 1024");
        GenerationOptions.Expect(InteractiveRows is >= 0 and <= 64, nameof(InteractiveRows), InteractiveRows, "0 to 64");
        GenerationOptions.Expect(MaxCacheBytes > 0, nameof(MaxCacheBytes), MaxCacheBytes, "above 0");
        GenerationOptions.Expect(PromptTokensPerStep >= 1, nameof(PromptTokensPerStep), PromptTokensPerStep, "at least 1");
        GenerationOptions.Expect(PromptsTogether >= 1, nameof(PromptsTogether), PromptsTogether, "at least 1");
        GenerationOptions.Expect(MaxGuessedTokens >= 0, nameof(MaxGuessedTokens), MaxGuessedTokens, "0 or more");
    }
}
