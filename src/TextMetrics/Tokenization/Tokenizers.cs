using System.Collections.Immutable;

namespace Pipeline.TextMetrics.Tokenization;

/// <summary>The known tokenizers, by name.</summary>
public static class Tokenizers
{
    private static readonly ImmutableArray<Tokenizer> All =
    [
        new CharTokenizer(),
        new CharRawTokenizer(),
        new CharNfkcTokenizer(),
        new WordTokenizer(stems: false),
        new WordTokenizer(stems: true),
        new JiebaTokenizer(),
    ];

    /// <summary>
    /// The accepted names: <c>char</c> (ideographs, and ASCII words in lower case), <c>char-raw</c> (every code point that is not
    /// white space; LCSTS practice), <c>char-nfkc</c> (NFKC, then <c>char</c>), <c>word-en</c> and <c>word-en-stem</c> (the
    /// tokenizer of google-research/rouge without and with its Porter stemmer), <c>jieba</c> (Chinese words by a dictionary).
    /// </summary>
    public static ImmutableArray<string> Names { get; } = [.. All.Select(tokenizer => tokenizer.Name)];

    /// <summary>The tokenizer called <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentException">No tokenizer has this name; the message lists those there are.</exception>
    public static Tokenizer Get(string name)
    {
        foreach (var tokenizer in All)
        {
            if (string.Equals(tokenizer.Name, name, StringComparison.Ordinal))
            {
                return tokenizer;
            }
        }

        throw new ArgumentException($"Unknown tokenizer '{name}'. Known are: {string.Join(", ", Names)}.", nameof(name));
    }
}
