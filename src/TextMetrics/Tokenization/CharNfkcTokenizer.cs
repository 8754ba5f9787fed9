namespace Pipeline.TextMetrics.Tokenization;

/// <summary>NFKC, then <c>char</c>: full-width and half-width forms of one character match.</summary>
internal sealed class CharNfkcTokenizer() : Tokenizer("char-nfkc", version: 1)
{
    internal override void Tokenize(ReadOnlySpan<char> text, TokenBuffer tokens) => CharTokenizer.Split(Nfkc.Normalize(text), tokens);
}
