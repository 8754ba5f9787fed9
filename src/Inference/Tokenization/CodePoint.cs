namespace Pipeline.Inference.Tokenization;

/// <summary>Code points of texts without lone surrogates, and the classes of them that the reference tests for.</summary>
internal static class CodePoint
{
    /// <summary>The code point at <paramref name="index"/> and its length in UTF-16 units.</summary>
    public static int At(ReadOnlySpan<char> text, int index, out int length)
    {
        var unit = text[index];
        if (!char.IsHighSurrogate(unit))
        {
            length = 1;
            return unit;
        }

        length = 2;
        return char.ConvertToUtf32(unit, text[index + 1]);
    }

    /// <summary>The code point that ends before <paramref name="index"/>.</summary>
    public static int Before(ReadOnlySpan<char> text, int index) => At(text, index - (char.IsLowSurrogate(text[index - 1]) ? 2 : 1), out _);

    /// <summary>Number of code points.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = text.Length;
        foreach (var unit in text)
        {
            count -= char.IsLowSurrogate(unit) ? 1 : 0;
        }

        return count;
    }

    /// <summary>The text with U+FFFD in place of each lone surrogate, as long as before.</summary>
    public static string Sanitize(string text)
    {
        var first = IndexOfLoneSurrogate(text, 0);
        return first < 0 ? text : string.Create(text.Length, (text, first), static (target, state) =>
        {
            state.text.CopyTo(target);
            for (var i = state.first; i >= 0; i = IndexOfLoneSurrogate(state.text, i + 1))
            {
                target[i] = '\uFFFD';
            }
        });
    }

    private static int IndexOfLoneSurrogate(string text, int start)
    {
        for (var i = start; i < text.Length; i++)
        {
            var next = text.AsSpan(i).IndexOfAnyInRange('\uD800', '\uDFFF');
            if (next < 0)
            {
                return -1;
            }

            i += next;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
            {
                return i;
            }

            i++;
        }

        return -1;
    }
}
