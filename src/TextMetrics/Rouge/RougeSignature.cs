using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.TextMetrics.Rouge;

/// <summary>
/// Everything that decides a ROUGE number besides the texts. "ROUGE" of Chinese text is not one number: the same summaries differ by
/// 20 points between tokenizers, so a stored score carries its signature and scores with different ones are never compared.
/// </summary>
/// <param name="Tokenizer">Tokenizer and its version, such as <c>char-nfkc-1</c>.</param>
/// <param name="Stems">Whether words are stemmed.</param>
public readonly record struct RougeSignature(string Tokenizer, bool Stems)
{
    /// <summary>Raised when the scorer may give another number for the same tokens.</summary>
    public const int Version = 1;

    /// <summary>Such as <c>rouge|tok:char-1|stem:no|lsum:newline|multi:best-f|alpha:0.5|v:1</c>.</summary>
    public override string ToString() =>
        $"rouge|tok:{Tokenizer}|stem:{(Stems ? "porter" : "no")}|lsum:newline|multi:best-f|alpha:0.5|v:{Version}";

    internal static RougeSignature Of(Tokenizer tokenizer) => new(tokenizer.Signature, tokenizer.Stems);
}
