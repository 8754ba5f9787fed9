using System.Text;
using Pipeline.Inference.Text;
using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Extractive;

/// <summary>Turns what was found into a summary.</summary>
internal static class ExtractiveOutcome
{
    /// <summary>The candidate as text, or the head of the source when there is none.</summary>
    public static Summary Of(SourceText source, Candidate? candidate, int maxChars) => candidate is { } found
        ? new(OneLine(source.Span[found.Start..found.End]), found.IsWhole ? "extracted" : "cut", source.IsTruncated)
        : new(OneLine(SafeCut.Head(source.Span, maxChars)), "cut", source.IsTruncated);

    /// <summary>Control characters and line ends become spaces; runs of spaces shrink to one; marks without a partner go.</summary>
    public static string OneLine(ReadOnlySpan<char> text) => UnpairedMarks.Remove(Spaced(text));

    private static string Spaced(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyInRange('\0', '\x1f') && !text.Contains("  ", StringComparison.Ordinal))
        {
            return text.ToString();
        }

        var line = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            var next = c <= '\x1f' ? ' ' : c;
            if (next != ' ' || (line.Length > 0 && line[^1] != ' '))
            {
                line.Append(next);
            }
        }

        return line.ToString().TrimEnd();
    }
}
