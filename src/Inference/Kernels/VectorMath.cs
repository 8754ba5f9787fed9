using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pipeline.Inference.Kernels;

/// <summary>The exponential function and what is made of it, eight numbers at a time.</summary>
internal static class VectorMath
{
    // Below this the result would not be a normal number; it is as good as 0.
    private const float Lowest = -87.3f;

    // ln 2 in two parts, of which the first has few bits, so that a multiple of it is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    private const int ExponentBias = 127;
    private const int FractionBits = 23;

    /// <summary>e to the power of numbers that are not above 0, within 2 units in the last place; 0 below -87.3.</summary>
    /// <remarks>e^x = 2^n * e^r with |r| at most ln 2 / 2, and the first terms of a series for e^r (Cephes, expf).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        var lowest = Vector256.Create(Lowest);
        var clamped = Vector256.Max(x, lowest);
        var n = Vector256.Round(clamped * 1.44269504f);
        var r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2High), clamped);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2Low), r);
        var p = Vector256.Create(1.9875691500e-4f);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.3981999507e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(8.3334519073e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(4.1665795894e-2f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.6666665459e-1f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(5.0000001201e-1f));
        p = Vector256.FusedMultiplyAdd(p, r * r, r + Vector256<float>.One);
        var power = ((Vector256.ConvertToInt32(n) + Vector256.Create(ExponentBias)) << FractionBits).AsSingle();

        // A NaN is not below the lowest, and stays one.
        return Vector256.ConditionalSelect(Vector256.LessThan(x, lowest), Vector256<float>.Zero, p * power);
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sigmoid(Vector256<float> x)
    {
        var e = Exp(-Vector256.Abs(x));
        var one = Vector256<float>.One;
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), e, one) / (one + e);
    }

    /// <summary>The value of an activation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Activate(Activation activation, Vector256<float> x) => activation switch
    {
        Activation.Gelu => Gelu(x),

        // 0.5 * x * (1 + tanh(u)) is x * sigmoid(2 u).
        Activation.FastGelu => x * Sigmoid(x * Vector256.FusedMultiplyAdd(x * x, Vector256.Create(0.0713548163f), Vector256.Create(1.5957691216f))),
        Activation.Silu => x * Sigmoid(x),
        _ => x,
    };

    /// <summary>x * Φ(x), with Φ(x) within 1e-7.</summary>
    /// <remarks>erfc(z) is e^(-z²) times a polynomial in 1 / (1 + 0.3275911 z) (Abramowitz and Stegun 1964, 7.1.26).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Gelu(Vector256<float> x)
    {
        var one = Vector256<float>.One;
        var z = Vector256.Abs(x) * 0.70710678f;
        var t = one / Vector256.FusedMultiplyAdd(z, Vector256.Create(0.3275911f), one);
        var p = Vector256.Create(1.061405429f);
        p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(-1.453152027f));
        p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(1.421413741f));
        p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(-0.284496736f));
        p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(0.254829592f));
        var tail = p * t * Exp(-(z * z)) * 0.5f;
        return x * Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), tail, one - tail);
    }
}
