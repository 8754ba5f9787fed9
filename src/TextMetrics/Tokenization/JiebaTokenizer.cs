using System.Text;

namespace Pipeline.TextMetrics.Tokenization;

/// <summary>
/// Words as jieba 0.42.1 cuts them (precise mode, with its model for unknown words): of all ways to read a run as words of the dictionary the
/// likeliest, and what stays single characters goes through <see cref="JiebaModel"/>. Words without a letter or digit are dropped, ASCII
/// letters are in lower case.
/// </summary>
internal sealed class JiebaTokenizer() : Tokenizer("jieba", version: 1)
{
    internal override void Tokenize(ReadOnlySpan<char> text, TokenBuffer tokens)
    {
        var lengths = new List<int>();
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            while (end < text.Length && IsOfBlock(text[end]))
            {
                end++;
            }

            if (end > at)
            {
                lengths.Clear();
                SplitBlock(text[at..end], lengths);
                foreach (var length in lengths)
                {
                    Add(text.Slice(at, length), tokens);
                    at += length;
                }

                continue;
            }

            var start = at;
            CodePoints.Read(text, ref at);
            at++;
            Add(text[start..at], tokens);
            if (text[start] == '\n')
            {
                tokens.EndLine();
            }
        }
    }

    /// <summary>The likeliest path through the words that begin at each place, from the end; a tie takes the longer word.</summary>
    private static void SplitBlock(ReadOnlySpan<char> block, List<int> lengths)
    {
        var dictionary = JiebaDictionary.Shared;
        var (values, ends) = (new double[block.Length + 1], new int[block.Length]);
        for (var start = block.Length - 1; start >= 0; start--)
        {
            values[start] = double.NegativeInfinity;
            for (var end = start + 1; end <= block.Length && dictionary.Count(block[start..end]) is { } count; end++)
            {
                if (count > 0)
                {
                    Take(start, end, count);
                }
            }

            if (double.IsNegativeInfinity(values[start]))
            {
                Take(start, start + 1, 1);
            }
        }

        var single = 0;
        for (var at = 0; at < block.Length; at = ends[at])
        {
            if (ends[at] - at == 1)
            {
                single++;
                continue;
            }

            SplitSingles(block.Slice(at - single, single), lengths);
            single = 0;
            lengths.Add(ends[at] - at);
        }

        SplitSingles(block[^single..], lengths);

        void Take(int start, int end, int count)
        {
            var value = Math.Log(count) - dictionary.LogTotal + values[end];
            if (value >= values[start])
            {
                (values[start], ends[start]) = (value, end);
            }
        }
    }

    /// <summary>Neighbours that no word of the dictionary joined.</summary>
    private static void SplitSingles(ReadOnlySpan<char> run, List<int> lengths)
    {
        if (run.Length == 1)
        {
            lengths.Add(1);
        }
        else if (JiebaDictionary.Shared.Count(run) > 0)
        {
            lengths.AddRange(Enumerable.Repeat(1, run.Length));
        }
        else
        {
            while (!run.IsEmpty)
            {
                var length = IsModelled(run[0]) ? LengthOf(run, IsModelled) : 0;
                if (length > 0)
                {
                    JiebaModel.Split(run[..length], JiebaDictionary.Shared, lengths);
                }
                else
                {
                    length = LengthOfForeign(run);
                    lengths.Add(length);
                }

                run = run[length..];
            }
        }
    }

    private static int LengthOf(ReadOnlySpan<char> run, Func<char, bool> belongs)
    {
        var length = 0;
        while (length < run.Length && belongs(run[length]))
        {
            length++;
        }

        return length;
    }

    /// <summary>A word with the decimals and the percent sign behind it, or the marks up to the next word or ideograph.</summary>
    private static int LengthOfForeign(ReadOnlySpan<char> run)
    {
        if (!char.IsAsciiLetterOrDigit(run[0]))
        {
            return LengthOf(run, c => !char.IsAsciiLetterOrDigit(c) && !IsModelled(c));
        }

        var length = LengthOf(run, char.IsAsciiLetterOrDigit);
        if (length + 1 < run.Length && run[length] == '.' && char.IsDigit(run[length + 1]))
        {
            length += 1 + LengthOf(run[(length + 1)..], char.IsDigit);
        }

        return length < run.Length && run[length] == '%' ? length + 1 : length;
    }

    // The two character classes of jieba's patterns.
    private static bool IsOfBlock(char c) => IsModelled(c) || char.IsAsciiLetterOrDigit(c) || c is '+' or '#' or '&' or '.' or '_' or '%' or '-';

    private static bool IsModelled(char c) => c is >= '\u4E00' and <= '\u9FD5';

    private static void Add(ReadOnlySpan<char> word, TokenBuffer tokens)
    {
        var isWord = false;
        foreach (var rune in word.EnumerateRunes())
        {
            isWord |= Rune.IsLetterOrDigit(rune);
        }

        if (!isWord)
        {
            return;
        }

        foreach (var unit in word)
        {
            tokens.Append(char.IsAsciiLetterUpper(unit) ? (char)(unit | 0x20) : unit);
        }

        tokens.EndWord();
    }
}
