namespace Pipeline.Inference.Tokenization;

/// <summary>The tokens of a text.</summary>
/// <param name="Ids">Token ids, in order.</param>
/// <param name="Spans">
/// The source text that each token covers. Tokens that share a character share its span; tokens that the post-processor adds have an
/// empty span, and only they.
/// </param>
public sealed record TokenizedText(int[] Ids, TextSpan[] Spans)
{
    /// <summary>
    /// At most <paramref name="maxTokens"/> tokens: those of the text are cut at the end that is not kept, those of the post-processor stay.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The tokens of the post-processor alone are more.</exception>
    public TokenizedText Truncate(int maxTokens, TextEnd kept)
    {
        var excess = Ids.Length - maxTokens;
        if (excess <= 0)
        {
            return this;
        }

        var first = Spans.TakeWhile(span => span.Length == 0).Count();
        var end = Ids.Length - Spans.Reverse().TakeWhile(span => span.Length == 0).Count();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(excess, Math.Max(end - first, 0), nameof(maxTokens));
        var start = kept == TextEnd.Head ? end - excess : first;
        return new TokenizedText([.. Ids[..start], .. Ids[(start + excess)..]], [.. Spans[..start], .. Spans[(start + excess)..]]);
    }
}
