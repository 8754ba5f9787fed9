using System.Numerics;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// The slopes of ALiBi (Press et al. 2022, arXiv 2108.12409, section 3) for any number of heads: with P the largest power of two that is
/// not above it, powers 1 to P of 2^(-8/P), then the odd powers of 2^(-4/P).
/// </summary>
internal static class AlibiSlopes
{
    public static float[] For(int heads)
    {
        var power = (int)BitOperations.RoundUpToPowerOf2((uint)heads + 1) / 2;
        return [.. Enumerable.Range(0, heads).Select(head => (float)(head < power
            ? Math.Pow(2, -8d * (head + 1) / power)
            : Math.Pow(2, -4d * ((2 * (head - power)) + 1) / power)))];
    }
}
