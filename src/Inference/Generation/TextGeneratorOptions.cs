namespace Pipeline.Inference.Generation;

/// <summary>How many prompts run together.</summary>
public sealed record TextGeneratorOptions
{
    /// <summary>Most rows of a batch; a prompt takes one for each beam. On a CPU more than 16 gain nothing.</summary>
    public int MaxBatchRows { get; init; } = 16;

    /// <summary>
    /// Most bytes of key/value cache. A batch takes rows * (longest prompt + new tokens) * <see cref="IDecoder.CacheBytesPerToken"/>.
    /// </summary>
    public long MaxCacheBytes { get; init; } = 1L << 30;

    /// <summary>Checks every value.</summary>
    /// <exception cref="GenerationException">One can't be right; the message says which.</exception>
    public void Validate()
    {
        // Logits of all rows lie in one array.
        GenerationOptions.Expect(MaxBatchRows is >= 1 and <= 1024, nameof(MaxBatchRows), MaxBatchRows, "1 to 1024");
        GenerationOptions.Expect(MaxCacheBytes > 0, nameof(MaxCacheBytes), MaxCacheBytes, "above 0");
    }
}
