using System.Buffers;

namespace Pipeline.Inference.Generation;

/// <summary>Draws an id from softmax(scores / temperature), after top-k and top-p.</summary>
internal static class TokenDraw
{
    /// <summary>Draws one id.</summary>
    /// <param name="scores">At least one above negative infinity.</param>
    /// <param name="temperature">Above 0.</param>
    /// <param name="topK">Keeps every score that reaches the k-th best.</param>
    /// <param name="topP">Keeps the fewest best ids whose probabilities, after temperature and top-k, reach this sum.</param>
    /// <param name="uniform">In [0, 1): the kept ids, in ascending order, divide this interval by their probabilities. In the order of ids
    /// and not of probabilities, or a rounding error that swaps two of them would change the draw.</param>
    public static int Next(ReadOnlySpan<float> scores, double temperature, int? topK, double? topP, double uniform)
    {
        var rented = ArrayPool<Candidate>.Shared.Rent(scores.Length);
        try
        {
            var kept = rented.AsSpan(0, Weigh(scores, temperature, topK, rented));
            if (topP is { } mass and < 1)
            {
                kept = KeepMass(kept, mass);
            }

            return Pick(kept, uniform);
        }
        finally
        {
            ArrayPool<Candidate>.Shared.Return(rented);
        }
    }

    private static int Weigh(ReadOnlySpan<float> scores, double temperature, int? topK, Candidate[] candidates)
    {
        var max = scores[TopTokens.Best(scores)];
        var threshold = topK is { } k ? TopTokens.Best(scores, k)[^1].Score : float.NegativeInfinity;
        var count = 0;
        for (var id = 0; id < scores.Length; id++)
        {
            if (scores[id] >= threshold)
            {
                candidates[count++] = new(id, Math.Exp(((double)scores[id] - max) / temperature));
            }
        }

        return count;
    }

    private static Span<Candidate> KeepMass(Span<Candidate> candidates, double mass)
    {
        // Everything below this bound together weighs less than what may be left out: it needs no sorting.
        var total = Sum(candidates);
        var bound = (1 - mass) * total / candidates.Length;
        var count = 0;
        foreach (var candidate in candidates)
        {
            if (candidate.Weight >= bound)
            {
                candidates[count++] = candidate;
            }
        }

        var sorted = candidates[..count];
        sorted.Sort((a, b) => b.Weight != a.Weight ? b.Weight.CompareTo(a.Weight) : a.Id.CompareTo(b.Id));
        var sum = 0d;
        var kept = 0;
        while (kept < sorted.Length && sum < mass * total)
        {
            sum += sorted[kept++].Weight;
        }

        sorted[..kept].Sort((a, b) => a.Id.CompareTo(b.Id));
        return sorted[..kept];
    }

    private static int Pick(ReadOnlySpan<Candidate> candidates, double uniform)
    {
        var target = uniform * Sum(candidates);
        var last = 0;
        foreach (var candidate in candidates)
        {
            // Skipping what weighs nothing: rounding must not make a banned id the last resort.
            if (candidate.Weight > 0)
            {
                last = candidate.Id;
                target -= candidate.Weight;
                if (target < 0)
                {
                    break;
                }
            }
        }

        return last;
    }

    private static double Sum(ReadOnlySpan<Candidate> candidates)
    {
        var sum = 0d;
        foreach (var candidate in candidates)
        {
            sum += candidate.Weight;
        }

        return sum;
    }

    private readonly record struct Candidate(int Id, double Weight);
}
