namespace Pipeline.Inference.Generation;

/// <summary>log(sum(exp(x))): a logit minus this is the natural logarithm of its probability.</summary>
internal static class LogSumExp
{
    /// <summary>Not finite exactly when the logits are no basis for a choice: a NaN, a positive infinity, or nothing above negative infinity.</summary>
    public static double Of(ReadOnlySpan<float> logits)
    {
        var max = float.NegativeInfinity;
        foreach (var logit in logits)
        {
            max = MathF.Max(max, logit);
        }

        var sum = 0d;
        foreach (var logit in logits)
        {
            sum += Math.Exp((double)logit - max);
        }

        return max + Math.Log(sum);
    }
}
