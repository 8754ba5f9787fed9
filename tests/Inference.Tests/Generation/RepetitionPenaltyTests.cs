using Pipeline.Inference.Generation;

namespace Pipeline.Inference.Tests.Generation;

public sealed class RepetitionPenaltyTests
{
    [Fact]
    public void A_logit_is_divided_when_positive_or_zero_and_multiplied_when_negative_once()
    {
        float[] logits = [4, -4, 0, 8, -1];
        float[] scores = [.. logits];
        RepetitionPenalty.OnLogits(logits, scores, [0, 1, 2, 0, 0, 1], 2);
        Assert.Equal([2, -8, 0, 8, -1], scores);
    }

    [Fact]
    public void In_beam_search_it_multiplies_the_log_probability()
    {
        float[] logits = [2, 1, 0];
        float[] scores = [.. logits];
        var logSumExp = LogSumExp.Of(logits);
        RepetitionPenalty.OnLogProbabilities(logits, logSumExp, scores, [0, 2, 0], 2);
        Assert.Equal(2 * (2 - logSumExp), scores[0] - logSumExp, 1e-6);
        Assert.Equal(1 - logSumExp, scores[1] - logSumExp, 1e-6);
        Assert.Equal(2 * (0 - logSumExp), scores[2] - logSumExp, 1e-6);
    }
}
