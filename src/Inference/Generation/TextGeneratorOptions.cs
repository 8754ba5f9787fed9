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
}
