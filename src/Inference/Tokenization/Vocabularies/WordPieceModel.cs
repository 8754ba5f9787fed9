namespace Pipeline.Inference.Tokenization.Vocabularies;

/// <summary>WordPiece: from the left, the longest token that fits; a word that can't be covered, or is too long, is one unknown token.</summary>
internal sealed class WordPieceModel : ISubwordModel
{
    private readonly Vocabulary _vocabulary;
    private readonly int _unknown;
    private readonly int _longestWord;
    private readonly TokenTrie _beginnings = new();
    private readonly TokenTrie _continuations = new();

    /// <param name="vocabulary">All tokens.</param>
    /// <param name="modelTokens">Ids of those that are the model's own.</param>
    /// <param name="prefix">What marks a token that continues a word, like "##".</param>
    /// <param name="unknown">Id of the unknown token.</param>
    /// <param name="longestWord">Code points of the longest word that is looked at.</param>
    public WordPieceModel(Vocabulary vocabulary, IEnumerable<int> modelTokens, string prefix, int unknown, int longestWord)
    {
        (_vocabulary, _unknown, _longestWord) = (vocabulary, unknown, longestWord);
        foreach (var id in modelTokens)
        {
            var token = vocabulary[id];
            _beginnings.Add(token, id);
            if (token.StartsWith(prefix, StringComparison.Ordinal))
            {
                _continuations.Add(token[prefix.Length..], id);
            }
        }
    }

    public void Tokenize(AlignedText text, TextSpan piece, bool plain, TokenBuffer tokens)
    {
        var units = text.Units[..piece.End];
        var before = tokens.Count;
        var start = piece.Start;
        if (piece.Length <= _longestWord || CodePoint.Count(units[start..]) <= _longestWord)
        {
            for (var end = 0; start < piece.End; start = end)
            {
                var id = LongestToken(start == piece.Start ? _beginnings : _continuations, units, start, plain, out end);
                if (id < 0)
                {
                    break;
                }

                tokens.Add(id, text.Source(start, end));
            }
        }

        if (start < piece.End)
        {
            tokens.Truncate(before);
            tokens.Add(_unknown, text.Source(piece.Start, piece.End));
        }
    }

    private int LongestToken(TokenTrie trie, ReadOnlySpan<char> units, int start, bool plain, out int end)
    {
        var longest = -1;
        end = start;
        var node = TokenTrie.Root;
        for (var i = start; i < units.Length && (node = trie.Next(node, units[i])) >= 0; i++)
        {
            var id = trie.IdAt(node);
            if (id >= 0 && !(plain && _vocabulary.IsReserved(id)))
            {
                (longest, end) = (id, i + 1);
            }
        }

        return longest;
    }
}
