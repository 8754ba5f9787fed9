namespace Pipeline.Ingest.Sources;

/// <summary>NUL and lone surrogates: PostgreSQL refuses the first, no UTF-8 encoder can write the second.</summary>
internal static class CharacterRule
{
    private const char Replacement = '\uFFFD';

    /// <summary>UTF-16 index of the first such character, or -1.</summary>
    public static int FirstBad(ReadOnlySpan<char> text)
    {
        var position = 0;
        while (true)
        {
            var surrogate = text[position..].IndexOfAnyInRange('\uD800', '\uDFFF');
            var clean = surrogate < 0 ? text[position..] : text.Slice(position, surrogate);
            if (clean.IndexOf('\0') is >= 0 and var nul)
            {
                return position + nul;
            }

            if (surrogate < 0)
            {
                return -1;
            }

            position += surrogate;
            if (!char.IsHighSurrogate(text[position]) || position + 1 == text.Length || !char.IsLowSurrogate(text[position + 1]))
            {
                return position;
            }

            position += 2;
        }
    }

    /// <summary>Puts U+FFFD in place of each and adds their number to <paramref name="replaced"/>.</summary>
    public static string Replace(string text, ref int replaced)
    {
        var first = FirstBad(text);
        if (first < 0)
        {
            return text;
        }

        var characters = text.ToCharArray();
        for (var bad = first; bad >= 0; bad = Next(characters, bad + 1))
        {
            characters[bad] = Replacement;
            replaced++;
        }

        return new string(characters);
    }

    private static int Next(char[] characters, int from) =>
        FirstBad(characters.AsSpan(from)) is >= 0 and var bad ? from + bad : -1;
}
