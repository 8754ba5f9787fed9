namespace Pipeline.Inference.Attention;

/// <summary>How a model tells tokens' places apart: by slopes (ALiBi), by turning (RoPE), or not at all.</summary>
/// <param name="slopes">One for each head: slope * (position of the key - position of the query) is added to a score. Null without.</param>
/// <param name="cos">[positions, headSize / 2]. Null without.</param>
/// <param name="sin">The same.</param>
/// <param name="headSize">Numbers of a head.</param>
internal readonly unsafe struct Positions(float* slopes, float* cos, float* sin, int headSize)
{
    /// <summary>Whether queries and keys are turned.</summary>
    public bool Turns => cos is not null;

    public float Slope(int head) => slopes is null ? 0 : slopes[head];

    /// <summary>A query or key of a position, turned.</summary>
    /// <remarks>Each number of the first half turns with its counterpart in the second half (Su et al. 2021, arXiv 2104.09864, as GPT-NeoX has it).</remarks>
    public void Turn(float* source, int position, Span<float> destination)
    {
        var from = new ReadOnlySpan<float>(source, headSize);
        if (cos is null)
        {
            from.CopyTo(destination);
            return;
        }

        var half = headSize / 2;
        var c = cos + ((long)position * half);
        var s = sin + ((long)position * half);
        for (var i = 0; i < half; i++)
        {
            destination[i] = (from[i] * c[i]) - (from[i + half] * s[i]);
            destination[i + half] = (from[i + half] * c[i]) + (from[i] * s[i]);
        }
    }
}
