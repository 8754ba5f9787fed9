using System.Buffers;
using System.Globalization;
using Pipeline.Inference.Tokenization.Vocabularies;

namespace Pipeline.Inference.Tokenization.AddedTokens;

/// <summary>Finds added tokens in a text: from the left, the longest of those that begin at the same place.</summary>
internal sealed class AddedTokenFinder
{
    private readonly AddedToken[] _tokens;
    private readonly SearchValues<string> _patterns;
    private readonly TokenTrie _trie = new();

    /// <param name="tokens">The tokens, at least one, and what the text has in their place.</param>
    public AddedTokenFinder(IReadOnlyList<(AddedToken Token, string Pattern)> tokens)
    {
        _tokens = [.. tokens.Select(entry => entry.Token)];
        _patterns = SearchValues.Create([.. tokens.Select(entry => entry.Pattern)], StringComparison.Ordinal);
        for (var i = 0; i < tokens.Count; i++)
        {
            _trie.Add(tokens[i].Pattern, i);
        }
    }

    /// <summary>Appends the matches that lie within one of <paramref name="ranges"/>, in order.</summary>
    public void Find(ReadOnlySpan<char> text, IEnumerable<TextSpan> ranges, List<AddedTokenMatch> matches)
    {
        var free = 0;
        foreach (var range in ranges)
        {
            var searched = text[..range.End];
            for (var i = Math.Max(range.Start, free); i < range.End && searched[i..].IndexOfAny(_patterns) is var next and >= 0;)
            {
                var start = i + next;
                var token = Longest(searched, start, out var end);
                i = end;
                if (token.IsSingleWord && TouchesWord(text, start, end))
                {
                    continue;
                }

                while (token.StripsLeft && start > free && char.IsWhiteSpace(text[start - 1]))
                {
                    start--;
                }

                while (token.StripsRight && end < text.Length && char.IsWhiteSpace(text[end]))
                {
                    end++;
                }

                matches.Add(new AddedTokenMatch(token.Id, new TextSpan(start, end - start)));
                i = free = end;
            }
        }
    }

    private AddedToken Longest(ReadOnlySpan<char> text, int start, out int end)
    {
        var longest = -1;
        end = start;
        var node = TokenTrie.Root;
        for (var i = start; i < text.Length && (node = _trie.Next(node, text[i])) >= 0; i++)
        {
            if (_trie.IdAt(node) is >= 0 and var index)
            {
                (longest, end) = (index, i + 1);
            }
        }

        return _tokens[longest];
    }

    private static bool TouchesWord(ReadOnlySpan<char> text, int start, int end) =>
        (start > 0 && IsWord(CodePoint.Before(text, start))) || (end < text.Length && IsWord(CodePoint.At(text, end, out _)));

    /// <summary>Letters, marks, digits, joiners, and letters in circles.</summary>
    private static bool IsWord(int point) =>
        CharUnicodeInfo.GetUnicodeCategory(point) is <= UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation
        || point is 0x200C or 0x200D or >= 0x24B6 and <= 0x24E9;
}
