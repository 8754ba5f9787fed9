using System.Buffers;
using System.Text;
using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Lexical;

/// <summary>
/// Splits a text into hashed features: 1- to 3-grams inside runs of unspaced script; elsewhere the lower-cased word, and 3-grams of
/// the word between boundary marks, so that inflections and typing errors still meet.
/// </summary>
internal static class LexicalFeatures
{
    private const byte GramKind = 1, WordKind = 2, WordGramKind = 3;
    private const int Boundary = '^';

    private static readonly float[] _gramWeights = [0.5f, 1f, 0.7f];
    private const float WordWeight = 1f, WordGramWeight = 0.4f, NumberWeight = 0.5f;

    /// <summary>Counts the features of <paramref name="text"/>; none exactly when it has no letter and no digit.</summary>
    public static void Collect(ReadOnlySpan<char> text, ref FeatureCounts counts)
    {
        var rented = ArrayPool<int>.Shared.Rent(Math.Max(text.Length, 1));
        try
        {
            for (var at = 0; at < text.Length;)
            {
                var unspaced = Script.IsUnspaced(Script.CodePointAt(text, at, out var step));
                var length = ReadRun(text, ref at, unspaced, rented);
                if (length == 0)
                {
                    at += step;
                }
                else if (unspaced)
                {
                    AddGrams(rented.AsSpan(0, length), ref counts);
                }
                else
                {
                    AddWord(rented.AsSpan(0, length), ref counts);
                }
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    /// <summary>
    /// Reads the unit at <paramref name="at"/>: a character bigram of unspaced script or a word, hashed as by <see cref="Collect"/>;
    /// anything else has hash 0.
    /// </summary>
    /// <returns>The index behind the unit.</returns>
    public static int NextUnit(ReadOnlySpan<char> text, int at, out ulong hash, out bool isWord)
    {
        var first = Script.CodePointAt(text, at, out var step);
        (hash, isWord) = (0, Script.IsWord(first));
        if (isWord)
        {
            var state = Fnv1a.Start(WordKind);
            for (; at < text.Length; at += step)
            {
                var codePoint = Script.CodePointAt(text, at, out step);
                if (!Script.IsWord(codePoint) && !Script.IsMark(codePoint))
                {
                    break;
                }

                state = Fnv1a.Append(state, Fold(codePoint));
            }

            hash = Fnv1a.Finish(state);
            return at;
        }

        var next = at + step;
        if (!Script.IsUnspaced(first) || next >= text.Length || Script.CodePointAt(text, next, out step) is var second
            && !Script.IsUnspaced(second))
        {
            return next;
        }

        hash = Fnv1a.Finish(Fnv1a.Append(Fnv1a.Append(Fnv1a.Start(GramKind), first), Script.CodePointAt(text, next, out step)));
        return next + step;
    }

    private static int ReadRun(ReadOnlySpan<char> text, scoped ref int at, bool unspaced, Span<int> run)
    {
        var length = 0;
        while (at < text.Length)
        {
            var codePoint = Script.CodePointAt(text, at, out var step);
            var belongs = unspaced ? Script.IsUnspaced(codePoint) : Script.IsWord(codePoint) || (length > 0 && Script.IsMark(codePoint));
            if (!belongs)
            {
                break;
            }

            run[length++] = Fold(codePoint);
            at += step;
        }

        return length;
    }

    // Full-width letters and digits are the same word; nothing else is folded, so m² stays apart from m2.
    private static int Fold(int codePoint)
    {
        var narrow = codePoint is >= 0xFF01 and <= 0xFF5E ? codePoint - 0xFEE0 : codePoint;
        return narrow < 0x80 ? char.ToLowerInvariant((char)narrow) : Rune.ToLowerInvariant(new Rune(narrow)).Value;
    }

    private static void AddGrams(ReadOnlySpan<int> run, ref FeatureCounts counts)
    {
        for (var i = 0; i < run.Length; i++)
        {
            var state = Fnv1a.Start(GramKind);
            for (var n = 0; n < _gramWeights.Length && i + n < run.Length; n++)
            {
                state = Fnv1a.Append(state, run[i + n]);
                counts.Add(Fnv1a.Finish(state), _gramWeights[n]);
            }
        }
    }

    private static void AddWord(ReadOnlySpan<int> word, ref FeatureCounts counts)
    {
        var state = Fnv1a.Start(WordKind);
        var isNumber = true;
        foreach (var codePoint in word)
        {
            state = Fnv1a.Append(state, codePoint);
            isNumber &= codePoint is >= '0' and <= '9';
        }

        // A number that no table has seen would otherwise outweigh every word of the text.
        counts.Add(Fnv1a.Finish(state), isNumber ? NumberWeight : WordWeight);
        for (var i = -1; i + 3 <= word.Length + 1 && word.Length >= 3 && !isNumber; i++)
        {
            state = Fnv1a.Start(WordGramKind);
            for (var n = i; n < i + 3; n++)
            {
                state = Fnv1a.Append(state, n < 0 || n == word.Length ? Boundary : word[n]);
            }

            counts.Add(Fnv1a.Finish(state), WordGramWeight);
        }
    }
}
