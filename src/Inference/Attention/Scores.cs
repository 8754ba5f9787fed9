using System.Runtime.Intrinsics;
using Pipeline.Inference.Kernels;

namespace Pipeline.Inference.Attention;

/// <summary>Softmax of a query's scores.</summary>
internal static unsafe class Scores
{
    private static readonly Vector256<float> Steps = Vector256.Create(0f, 1, 2, 3, 4, 5, 6, 7);

    /// <summary>
    /// Turns scores into weights that are not yet divided by their sum: exp(score + slope * (position of the key - position of the query) - the highest
    /// of these).
    /// </summary>
    /// <param name="scores">Of the keys from position 0 to the query's; room for a multiple of 8, of which the rest becomes 0.</param>
    /// <param name="count">Keys; the query is the last one's token.</param>
    /// <param name="slope">0 without.</param>
    /// <returns>The sum of the weights.</returns>
    public static float Weigh(float* scores, int count, float slope)
    {
        var highest = float.NegativeInfinity;
        var highests = Vector256.Create(highest);
        var whole = count / Vector256<float>.Count * Vector256<float>.Count;
        for (var i = 0; i < whole; i += Vector256<float>.Count)
        {
            var biased = Vector256.FusedMultiplyAdd(Steps + Vector256.Create((float)(i - count + 1)), Vector256.Create(slope), Vector256.Load(scores + i));
            Vector256.Store(biased, scores + i);
            highests = Vector256.Max(highests, biased);
        }

        for (var i = 0; i < Vector256<float>.Count; i++)
        {
            highest = MathF.Max(highest, highests[i]);
        }

        for (var i = whole; i < count; i++)
        {
            scores[i] = MathF.FusedMultiplyAdd(i - count + 1, slope, scores[i]);
            highest = MathF.Max(highest, scores[i]);
        }

        // What is below every number becomes 0.
        var end = (count + Vector256<float>.Count - 1) / Vector256<float>.Count * Vector256<float>.Count;
        new Span<float>(scores + count, end - count).Fill(float.NegativeInfinity);
        var sums = Vector256<float>.Zero;
        for (var i = 0; i < end; i += Vector256<float>.Count)
        {
            var weights = VectorMath.Exp(Vector256.Load(scores + i) - Vector256.Create(highest));
            Vector256.Store(weights, scores + i);
            sums += weights;
        }

        return Vector256.Sum(sums);
    }
}
