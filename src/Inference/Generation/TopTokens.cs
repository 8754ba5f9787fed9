using System.Numerics.Tensors;

namespace Pipeline.Inference.Generation;

/// <summary>The best ids of a row of scores.</summary>
internal static class TopTokens
{
    /// <summary>The id with the highest score; the lowest of equals.</summary>
    public static int Best(ReadOnlySpan<float> scores) => TensorPrimitives.IndexOfMax(scores);

    /// <summary>The ids with the <paramref name="count"/> highest scores above negative infinity, best first, lower ids first among equals.</summary>
    public static ScoredToken[] Best(ReadOnlySpan<float> scores, int count)
    {
        var top = new ScoredToken[Math.Min(count, scores.Length)];
        var filled = 0;
        var threshold = float.NegativeInfinity;
        for (var id = 0; id < scores.Length; id++)
        {
            // Most scores end here; the insertion below runs a few times per row.
            if (!(scores[id] > threshold))
            {
                continue;
            }

            var place = filled < top.Length ? filled++ : filled - 1;
            for (; place > 0 && top[place - 1].Score < scores[id]; place--)
            {
                top[place] = top[place - 1];
            }

            top[place] = new(id, scores[id]);
            if (filled == top.Length)
            {
                threshold = top[^1].Score;
            }
        }

        return top[..filled];
    }
}
