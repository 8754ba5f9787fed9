using System.Text.Json;
using Pipeline.TextMetrics.Facts;

namespace Pipeline.Inference.Processing;

/// <summary>
/// Keeps terms as the source writes them. What a model made of a term is looked for in its summary and put right: another case or width,
/// and the forms that the glossary lists. A form that the source has too is left alone.
/// </summary>
/// <param name="terms">The terms; none of them empty.</param>
internal sealed class Glossary(IReadOnlyList<GlossaryTerm> terms)
{
    /// <summary>Reads the canonical form: <c>[{"term":"Transformer","not":["变压器"]}]</c>.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static Glossary Parse(string? json)
    {
        if (string.IsNullOrEmpty(json))
        {
            return new([]);
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return new([.. document.RootElement.EnumerateArray().Select(entry => new GlossaryTerm(
                entry.GetProperty("term").GetString()!, [.. entry.GetProperty("not").EnumerateArray().Select(form => form.GetString()!)]))]);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("""a glossary is a list like [{"term":"Transformer","not":["变压器"]}]""", exception);
        }
    }

    /// <summary>Puts the terms of the source right in the summary.</summary>
    /// <returns>The summary, and a flag for each thing that was found.</returns>
    public (string Summary, IReadOnlyList<string> Flags) Apply(string source, string summary)
    {
        var flags = new List<string>();
        var wide = Width.Narrow(source);
        foreach (var term in terms.Where(term => IndexOf(wide, term.Term, 0, StringComparison.Ordinal) >= 0))
        {
            var repaired = term.Not.Where(form => IndexOf(wide, form, 0, StringComparison.Ordinal) < 0)
                .Aggregate(summary, (text, form) => Replace(text, form, term.Term, StringComparison.OrdinalIgnoreCase, wide));
            repaired = Replace(repaired, term.Term, term.Term, StringComparison.OrdinalIgnoreCase, wide);
            if (repaired != summary)
            {
                summary = repaired;
                flags.Add(SummaryFlags.TermRepaired);
            }
            else if (IndexOf(Width.Narrow(summary), term.Term, 0, StringComparison.Ordinal) < 0)
            {
                flags.Add(SummaryFlags.TermMissing);
            }
        }

        return (summary, [.. flags.Distinct()]);
    }

    private static string Replace(string text, string form, string term, StringComparison comparison, string source)
    {
        var narrow = Width.Narrow(text);
        for (var at = IndexOf(narrow, form, 0, comparison); at >= 0; at = IndexOf(narrow, form, at + term.Length, comparison))
        {
            // Narrowing keeps every place, so what is found in the narrow text is replaced in the wide one.
            var found = narrow.Substring(at, form.Length);
            if (found != term && IndexOf(source, found, 0, StringComparison.Ordinal) >= 0)
            {
                at += form.Length - term.Length;
                continue;
            }

            text = string.Concat(text.AsSpan(0, at), term, text.AsSpan(at + form.Length));
            narrow = Width.Narrow(text);
        }

        return text;
    }

    /// <summary>Where the form stands as a word: "OA" is not in "OAuth".</summary>
    private static int IndexOf(string text, string form, int from, StringComparison comparison)
    {
        form = Width.Narrow(form);
        for (var at = Find(from); at >= 0; at = Find(at + 1))
        {
            var end = at + form.Length;
            if (!(IsLetter(form[0]) && at > 0 && IsLetter(text[at - 1])) && !(IsLetter(form[^1]) && end < text.Length && IsLetter(text[end])))
            {
                return at;
            }
        }

        return -1;

        int Find(int start) => start > text.Length - form.Length ? -1 : text.IndexOf(form, start, comparison);
    }

    private static bool IsLetter(char c) => char.IsAsciiLetterOrDigit(c);
}
