namespace Pipeline.Inference.Generation;

/// <summary>The most probable next token of a row.</summary>
/// <param name="Id">Its id; the lowest of equals.</param>
/// <param name="Logit">Its logit.</param>
/// <param name="LogSumExp">log(sum(exp(logit))) of all ids; not finite when the logits are no basis for a choice.</param>
public readonly record struct BestToken(int Id, float Logit, double LogSumExp)
{
    /// <summary>That of a row of logits.</summary>
    public static BestToken Of(ReadOnlySpan<float> logits)
    {
        var id = TopTokens.Best(logits);
        return new(id, logits[id], Generation.LogSumExp.Of(logits));
    }
}
