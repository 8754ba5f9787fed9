namespace Pipeline.TextMetrics.Tokenization;

/// <summary>The conditions of Porter's rules: consonants, vowels and the measure of a stem.</summary>
internal static class WordShape
{
    /// <summary>A letter other than a, e, i, o, u, and other than a y after a consonant. Digits count as consonants.</summary>
    public static bool IsConsonant(ReadOnlySpan<char> word, int index)
    {
        // A y is the opposite of the letter before it; a run of them is counted instead of recursing through it.
        var first = index;
        while (first > 0 && word[first] == 'y')
        {
            first--;
        }

        var isConsonant = word[first] is not ('a' or 'e' or 'i' or 'o' or 'u');
        return (index - first) % 2 == 0 ? isConsonant : !isConsonant;
    }

    public static bool HasVowel(ReadOnlySpan<char> stem) => Scan(stem).HasVowel;

    /// <summary>Porter's m: how many times a vowel is followed by a consonant.</summary>
    public static int Measure(ReadOnlySpan<char> stem) => Scan(stem).Measure;

    public static bool EndsInDoubleConsonant(ReadOnlySpan<char> word) =>
        word.Length >= 2 && word[^1] == word[^2] && IsConsonant(word, word.Length - 1);

    /// <summary>Porter's *o, and (NLTK) a word of one vowel and one consonant.</summary>
    public static bool EndsInConsonantVowelConsonant(ReadOnlySpan<char> word)
    {
        var last = word.Length - 1;
        if (word.Length < 2 || !IsConsonant(word, last) || IsConsonant(word, last - 1))
        {
            return false;
        }

        return word.Length == 2 || (IsConsonant(word, last - 2) && word[last] is not ('w' or 'x' or 'y'));
    }

    private static (int Measure, bool HasVowel) Scan(ReadOnlySpan<char> stem)
    {
        var measure = 0;
        var hasVowel = false;
        var wasConsonant = false;
        for (var i = 0; i < stem.Length; i++)
        {
            var isConsonant = stem[i] switch
            {
                'a' or 'e' or 'i' or 'o' or 'u' => false,
                'y' => i == 0 || !wasConsonant,
                _ => true,
            };
            hasVowel |= !isConsonant;
            measure += isConsonant && i > 0 && !wasConsonant ? 1 : 0;
            wasConsonant = isConsonant;
        }

        return (measure, hasVowel);
    }
}
