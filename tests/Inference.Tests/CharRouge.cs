using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Tests;

/// <summary>ROUGE-L F over characters of unspaced script and lower-cased ASCII words, after the definition in docs/metrics.md.</summary>
internal static class CharRouge
{
    public static double F(string reference, string candidate)
    {
        var (r, c) = (Tokens(reference), Tokens(candidate));
        var common = CommonSubsequence(r, c);
        return common == 0 ? 0 : 2.0 * common / (r.Count + c.Count);
    }

    private static List<string> Tokens(string text)
    {
        var tokens = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            while (at < text.Length && char.IsAsciiLetterOrDigit(text[at]))
            {
                at++;
            }

            if (at > start)
            {
                tokens.Add(text[start..at].ToLowerInvariant());
                continue;
            }

            var codePoint = Script.CodePointAt(text, at, out var step);
            if (codePoint is 0x3007 or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or >= 0x20000)
            {
                tokens.Add(text.Substring(at, step));
            }

            at += step;
        }

        return tokens;
    }

    private static int CommonSubsequence(List<string> a, List<string> b)
    {
        var row = new int[b.Count + 1];
        foreach (var token in a)
        {
            var diagonal = 0;
            for (var j = 1; j <= b.Count; j++)
            {
                (diagonal, row[j]) = (row[j], token == b[j - 1] ? diagonal + 1 : Math.Max(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
