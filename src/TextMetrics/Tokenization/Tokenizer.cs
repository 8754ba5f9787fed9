namespace Pipeline.TextMetrics.Tokenization;

/// <summary>
/// Splits a text into the tokens that scores count. The set is closed: see <see cref="Tokenizers"/>. Instances keep no state
/// and may be shared between threads.
/// </summary>
public abstract class Tokenizer
{
    private protected Tokenizer(string name, int version, bool stems = false)
    {
        Name = name;
        Version = version;
        Stems = stems;
    }

    /// <summary>The name <see cref="Tokenizers.Get"/> knows, such as <c>char-nfkc</c>.</summary>
    public string Name { get; }

    /// <summary>Raised whenever the same text may give other tokens than before.</summary>
    public int Version { get; }

    /// <summary>Whether tokens are reduced to word stems.</summary>
    public bool Stems { get; }

    /// <summary>Name and version, such as <c>char-nfkc-1</c>. Scores with different signatures must not be compared.</summary>
    public string Signature => $"{Name}-{Version}";

    /// <summary>The tokens of <paramref name="text"/> in order; empty when nothing in the text is a token.</summary>
    public IReadOnlyList<string> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var vocabulary = new Vocabulary();
        var buffer = new TokenBuffer(vocabulary);
        Tokenize(text, buffer);

        var tokens = new string[buffer.Count];
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = vocabulary.TextOf(buffer.Ids[i]);
        }

        return tokens;
    }

    /// <summary>Adds the tokens and line ends of <paramref name="text"/> to <paramref name="tokens"/>.</summary>
    internal abstract void Tokenize(ReadOnlySpan<char> text, TokenBuffer tokens);
}
