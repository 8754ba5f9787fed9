namespace Pipeline.TextMetrics.Tokenization;

/// <summary>
/// M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980, with the departures NLTK calls NLTK_EXTENSIONS, which
/// google-research/rouge uses: a pool of irregular words, <c>dies</c> to <c>die</c>, <c>died</c> to <c>die</c>, <c>y</c> to
/// <c>i</c> only after a consonant, <c>bli</c>, <c>fulli</c>, <c>logi</c>, and <c>alli</c> before the other rules of step 2.
/// </summary>
internal static class PorterStemmer
{
    private static readonly (string Word, string Stem)[] Irregular =
    [
        ("sky", "sky"), ("skies", "sky"), ("dying", "die"), ("lying", "lie"), ("tying", "tie"), ("news", "news"),
        ("innings", "inning"), ("inning", "inning"), ("outings", "outing"), ("outing", "outing"), ("cannings", "canning"),
        ("canning", "canning"), ("howe", "howe"), ("proceed", "proceed"), ("exceed", "exceed"), ("succeed", "succeed"),
    ];

    // The first suffix that fits decides, even when its condition then fails.
    private static readonly (string Suffix, string Replacement)[] Step2Rules =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"), ("alli", "al"),
        ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"),
        ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
        ("fulli", "ful"), ("logi", "log"),
    ];

    private static readonly (string Suffix, string Replacement)[] Step3Rules =
    [
        ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
    ];

    private static readonly string[] Step4Suffixes =
    [
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous",
        "ive", "ize",
    ];

    /// <summary>Stems <paramref name="word"/> (<c>[a-z0-9]</c>) in place and returns the stem's length.</summary>
    public static int Stem(Span<char> word)
    {
        foreach (var (irregular, stem) in Irregular)
        {
            if (word.SequenceEqual(irregular))
            {
                stem.CopyTo(word);
                return stem.Length;
            }
        }

        if (word.Length <= 2)
        {
            return word.Length;
        }

        // Only step 1b adds a letter, after it took two or three: the stem always fits.
        var length = Step1A(word);
        length = Step1B(word, length);
        length = Step1C(word, length);
        length = Step2(word, length);
        length = Step3(word, length);
        length = Step4(word, length);
        return Step5(word, length);
    }

    private static int Step1A(Span<char> word)
    {
        if (word.EndsWith("ies"))
        {
            return word.Length == 4 ? 3 : word.Length - 2;
        }

        if (word.EndsWith("sses"))
        {
            return word.Length - 2;
        }

        return word.EndsWith("s") && !word.EndsWith("ss") ? word.Length - 1 : word.Length;
    }

    private static int Step1B(Span<char> buffer, int length)
    {
        ReadOnlySpan<char> word = buffer[..length];
        if (word.EndsWith("ied"))
        {
            return length == 4 ? 3 : length - 2;
        }

        if (word.EndsWith("eed"))
        {
            return WordShape.Measure(word[..^3]) > 0 ? length - 1 : length;
        }

        if (word.EndsWith("ed") && WordShape.HasVowel(word[..^2]))
        {
            word = word[..^2];
        }
        else if (word.EndsWith("ing") && WordShape.HasVowel(word[..^3]))
        {
            word = word[..^3];
        }
        else
        {
            return length;
        }

        if (word.EndsWith("at") || word.EndsWith("bl") || word.EndsWith("iz"))
        {
            return AddE(buffer, word.Length);
        }

        if (WordShape.EndsInDoubleConsonant(word))
        {
            return word[^1] is 'l' or 's' or 'z' ? word.Length : word.Length - 1;
        }

        return WordShape.Measure(word) == 1 && WordShape.EndsInConsonantVowelConsonant(word)
            ? AddE(buffer, word.Length)
            : word.Length;
    }

    private static int AddE(Span<char> buffer, int length)
    {
        buffer[length] = 'e';
        return length + 1;
    }

    private static int Step1C(Span<char> buffer, int length)
    {
        if (length > 2 && buffer[length - 1] == 'y' && WordShape.IsConsonant(buffer, length - 2))
        {
            buffer[length - 1] = 'i';
        }

        return length;
    }

    private static int Step2(Span<char> buffer, int length)
    {
        ReadOnlySpan<char> word = buffer[..length];
        if (word.EndsWith("alli") && WordShape.Measure(word[..^4]) > 0)
        {
            // On to the rules: "ationalli" becomes "ational" and then "ate".
            length -= 2;
        }

        return Replace(buffer, length, Step2Rules);
    }

    private static int Step3(Span<char> buffer, int length) => Replace(buffer, length, Step3Rules);

    private static int Replace(Span<char> buffer, int length, (string Suffix, string Replacement)[] rules)
    {
        ReadOnlySpan<char> word = buffer[..length];
        foreach (var (suffix, replacement) in rules)
        {
            if (!word.EndsWith(suffix))
            {
                continue;
            }

            var stem = length - suffix.Length;
            // The l of "logi" counts as part of the stem, so that "geo" and "theo" work like "archaeo".
            if (WordShape.Measure(word[..(suffix == "logi" ? stem + 1 : stem)]) == 0)
            {
                return length;
            }

            replacement.CopyTo(buffer[stem..]);
            return stem + replacement.Length;
        }

        return length;
    }

    private static int Step4(Span<char> buffer, int length)
    {
        ReadOnlySpan<char> word = buffer[..length];
        foreach (var suffix in Step4Suffixes)
        {
            if (!word.EndsWith(suffix))
            {
                continue;
            }

            var stem = word[..^suffix.Length];
            var applies = WordShape.Measure(stem) > 1 && (suffix != "ion" || stem[^1] is 's' or 't');
            return applies ? stem.Length : length;
        }

        return length;
    }

    private static int Step5(Span<char> buffer, int length)
    {
        ReadOnlySpan<char> word = buffer[..length];
        if (word.EndsWith("e"))
        {
            var stem = word[..^1];
            var measure = WordShape.Measure(stem);
            if (measure > 1 || (measure == 1 && !WordShape.EndsInConsonantVowelConsonant(stem)))
            {
                word = stem;
            }
        }

        return word.EndsWith("ll") && WordShape.Measure(word[..^1]) > 1 ? word.Length - 1 : word.Length;
    }
}
