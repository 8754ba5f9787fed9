namespace Pipeline.TextMetrics.Tokenization;

/// <summary>UTF-16 to code points, as Python sees them: a lone surrogate is a code point of its own.</summary>
internal static class CodePoints
{
    /// <summary>The code point at <paramref name="index"/>, which moves to its last UTF-16 unit.</summary>
    public static int Read(ReadOnlySpan<char> text, ref int index)
    {
        var unit = text[index];
        if (char.IsHighSurrogate(unit) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        {
            return char.ConvertToUtf32(unit, text[++index]);
        }

        return unit;
    }

    /// <summary>How many code points <paramref name="text"/> has.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            Read(text, ref i);
            count++;
        }

        return count;
    }
}
