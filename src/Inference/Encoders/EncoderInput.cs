using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Encoders;

/// <summary>The tokens of one text, cut to what the model takes.</summary>
/// <param name="Ids">Special tokens included.</param>
/// <param name="Truncated">Whether the text's tail was dropped.</param>
public sealed record EncoderInput(int[] Ids, bool Truncated)
{
    /// <summary>Tokenises a text. When it is too long its last tokens are dropped; the special tokens around it stay.</summary>
    public static EncoderInput Create(string text, SpecialTokens mode, EncoderModel model, ISubwordTokenizer tokenizer) =>
        Create(text, mode, model.Profile.LowerCase, model.MaxTokens, tokenizer);

    internal static EncoderInput Create(string text, SpecialTokens mode, bool lowerCase, int maxTokens, ISubwordTokenizer tokenizer)
    {
        var tokens = tokenizer.Encode(lowerCase ? text.ToLowerInvariant() : text, mode, addSpecialTokens: true);
        var excess = tokens.Ids.Length - maxTokens;
        if (excess <= 0)
        {
            return new(tokens.Ids, false);
        }

        // Only tokens that the post-processor added cover nothing of the text.
        var last = Array.FindLastIndex(tokens.Spans, span => span.Length > 0);
        return new([.. tokens.Ids.AsSpan(0, last + 1 - excess), .. tokens.Ids.AsSpan(last + 1)], true);
    }
}
