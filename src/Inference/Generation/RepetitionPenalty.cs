namespace Pipeline.Inference.Generation;

/// <summary>Keskar et al. 2019 (arXiv 1909.05858), section 4.1, as transformers applies it. An id that occurs twice is penalised once.</summary>
internal static class RepetitionPenalty
{
    /// <summary>Penalises on logits: greedy decoding and sampling.</summary>
    /// <param name="logits">What the model gave.</param>
    /// <param name="scores">Holds a copy of the logits; the penalised values are written here.</param>
    /// <param name="seen">Ids so far.</param>
    /// <param name="penalty">1 changes nothing.</param>
    public static void OnLogits(ReadOnlySpan<float> logits, Span<float> scores, IEnumerable<int> seen, double penalty)
    {
        foreach (var id in seen)
        {
            var logit = logits[id];
            scores[id] = (float)(logit < 0 ? logit * penalty : logit / penalty);
        }
    }

    /// <summary>Penalises on log-probabilities: beam search. The scores stay logits, shifted so that score - logSumExp is the new value.</summary>
    public static void OnLogProbabilities(ReadOnlySpan<float> logits, double logSumExp, Span<float> scores, IEnumerable<int> seen, double penalty)
    {
        foreach (var id in seen)
        {
            scores[id] = (float)(((logits[id] - logSumExp) * penalty) + logSumExp);
        }
    }
}
