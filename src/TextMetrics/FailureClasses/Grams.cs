using Pipeline.TextMetrics.Clauses;
using Pipeline.TextMetrics.Facts;

namespace Pipeline.TextMetrics.FailureClasses;

/// <summary>What two texts can share: pairs of neighbouring ideographs, and words and numbers of spaced scripts in lower case.</summary>
internal static class Grams
{
    private const int MinWordLength = 2;

    public static HashSet<string> Of(string text)
    {
        var narrow = Width.Narrow(text);
        var grams = new HashSet<string>();
        for (var at = 0; at < narrow.Length;)
        {
            if (IsWord(narrow[at]))
            {
                var start = at;
                while (at < narrow.Length && IsWord(narrow[at]))
                {
                    at++;
                }

                if (at - start >= MinWordLength)
                {
                    grams.Add(narrow[start..at].ToLowerInvariant());
                }

                continue;
            }

            if (at + 1 < narrow.Length && Script.IsUnspaced(narrow[at]) && Script.IsUnspaced(narrow[at + 1]))
            {
                grams.Add(narrow.Substring(at, 2));
            }

            at++;
        }

        return grams;
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c);
}
