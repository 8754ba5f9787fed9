using System.Numerics;

namespace Pipeline.TextMetrics.Similarity;

/// <summary>Cosine of the angle between two embeddings.</summary>
public static class Cosine
{
    /// <summary>
    /// a·b / (|a| |b|), in -1..1, summed in double precision. Null, never NaN, when it is undefined: a vector of zeros, without
    /// components, or with a component that is not finite.
    /// </summary>
    /// <exception cref="ArgumentException">The vectors have different lengths, so they are not of the same model.</exception>
    public static double? Similarity(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"The vectors have {a.Length} and {b.Length} components.", nameof(b));
        }

        var (dot, squareA, squareB) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
        var i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(a[i..]), out var a1, out var a2);
            Vector.Widen(new Vector<float>(b[i..]), out var b1, out var b2);
            dot += a1 * b1 + a2 * b2;
            squareA += a1 * a1 + a2 * a2;
            squareB += b1 * b1 + b2 * b2;
        }

        var (d, sa, sb) = (Vector.Sum(dot), Vector.Sum(squareA), Vector.Sum(squareB));
        for (; i < a.Length; i++)
        {
            d += (double)a[i] * b[i];
            sa += (double)a[i] * a[i];
            sb += (double)b[i] * b[i];
        }

        // Squares of floats neither overflow nor underflow in doubles: zero means zeros, not finite means a component is not.
        if (sa == 0 || sb == 0 || !double.IsFinite(sa) || !double.IsFinite(sb))
        {
            return null;
        }

        return Math.Clamp(d / (Math.Sqrt(sa) * Math.Sqrt(sb)), -1, 1);
    }
}
