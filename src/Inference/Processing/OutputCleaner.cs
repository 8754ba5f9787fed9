using System.Text.RegularExpressions;
using Pipeline.Inference.Extractive;
using Pipeline.Inference.Text;
using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Processing;

/// <summary>
/// Takes from a model's output what is not summary: names of special tokens, thoughts before the answer, repeated lines of the prompt and
/// labels, what follows when the model goes on with another text, quotation marks around the whole, repeated clauses and, when the length
/// limit ended it, the unfinished end. The rest becomes one line.
/// </summary>
/// <param name="promptLines">Lines of the prompt's template.</param>
internal sealed partial class OutputCleaner(IEnumerable<string> promptLines)
{
    /// <summary>A shorter echo is removed only where a line begins with it.</summary>
    private const int MinEchoAnywhere = 4;

    /// <summary>An unfinished end is removed when at least one part in so many is left.</summary>
    private const int EnoughLeft = 2;

    private const string SentenceEnds = "。！？!?；;…";
    private const string ClauseEnds = "，,、：:";
    private const string DanglingMarks = "，,、：:；;-—【[（(“\" ";

    private readonly string[] _echoes =
        [.. promptLines.Select(line => SpecialToken().Replace(line, "").Trim()).Where(line => line.Length > 1).OrderByDescending(line => line.Length)];

    /// <summary>Cleans.</summary>
    /// <param name="raw">The output as decoded.</param>
    /// <param name="endedByLength">Whether the length limit ended it.</param>
    public CleanText Clean(string raw, bool endedByLength)
    {
        var text = Thought().Replace(raw, "");
        text = SpecialToken().Replace(text, "").Trim().Trim('\uFFFD');
        text = WithoutContinuation(WithoutLeadingEchoes(text));
        text = OneLine(Unquoted(text), out var hadRepetition);
        var finished = endedByLength ? WithoutUnfinishedEnd(text) : text;
        var clean = finished.TrimEnd(DanglingMarks.ToCharArray());
        return new(clean.Length == 0 ? "" : UnpairedMarks.Remove(clean), finished.Length < text.Length, hadRepetition);
    }

    private string WithoutLeadingEchoes(string text)
    {
        while (true)
        {
            var echo = _echoes.FirstOrDefault(echo => text.StartsWith(echo, StringComparison.Ordinal));
            var length = echo?.Length ?? Label().Match(text).Length;
            if (length == 0)
            {
                return text;
            }

            text = text[length..].TrimStart();
        }
    }

    /// <summary>A model that repeats the prompt's words has ended its answer and goes on with a text of its own.</summary>
    private string WithoutContinuation(string text)
    {
        var end = text.Length;
        foreach (var echo in _echoes)
        {
            for (var at = text.IndexOf(echo, StringComparison.Ordinal); at >= 0 && at < end; at = text.IndexOf(echo, at + 1, StringComparison.Ordinal))
            {
                if (echo.Length >= MinEchoAnywhere || at == 0 || text[at - 1] == '\n')
                {
                    end = at;
                }
            }
        }

        return text[..end].TrimEnd();
    }

    private static string Unquoted(string text) =>
        text.Length > 2 && (text[0], text[^1]) is ('“', '”') or ('"', '"') or ('「', '」') or ('【', '】') or ('《', '》')
        && text.AsSpan(1, text.Length - 2).IndexOfAny(text[0], text[^1]) < 0
            ? text[1..^1].Trim()
            : text;

    /// <summary>Lines become clauses without their list markers; a line or clause that was there is not told again.</summary>
    private static string OneLine(string text, out bool hadRepetition)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(WithoutMarker).Where(line => line.Length > 0).ToList();
        var distinct = lines.Distinct().ToList();
        hadRepetition = distinct.Count < lines.Count;
        var joined = distinct.Count == 0 ? "" : distinct.Aggregate((all, line) => all + (EndsInMark(all) ? "" : "；") + line);
        var once = Loop().Replace(RepeatedClause().Replace(joined, "$1"), "$1");
        hadRepetition |= once.Length < joined.Length;
        return once.Length == 0 ? "" : ExtractiveOutcome.OneLine(once);
    }

    // "5.5元" begins with no marker.
    private static string WithoutMarker(string line) =>
        (ListMarkers.Length(line) is > 0 and var length && !(length < line.Length && char.IsAsciiDigit(line[length])) ? line[length..] : line)
        .TrimStart(' ', '•', '-', '*', '·');

    private static bool EndsInMark(string text) => (SentenceEnds + ClauseEnds + ".").Contains(text[^1]);

    private static string WithoutUnfinishedEnd(string text)
    {
        if (text.Length == 0 || SentenceEnds.Contains(text[^1]))
        {
            return text;
        }

        foreach (var marks in (string[])[SentenceEnds, ClauseEnds])
        {
            if (text.LastIndexOfAny(marks.ToCharArray()) is var at && (at + 1) * EnoughLeft >= text.Length)
            {
                return text[..(at + 1)];
            }
        }

        return text;
    }

    [GeneratedRegex(@"\A\s*<think>.*?</think>", RegexOptions.Singleline)]
    private static partial Regex Thought();

    [GeneratedRegex(@"<\|[A-Za-z_]{1,30}\|>|</?s>|<(?:pad|unk|bos|eos|mask)>|\[(?:GEN|CLS|SEP|PAD|UNK|MASK)\]")]
    private static partial Regex SpecialToken();

    [GeneratedRegex(@"\A(?:【?(?:摘要|总结|概括|概要)】?\s*[:：]|【(?:摘要|总结|概要)】|输出\s*[:：]|(?:Summary|Answer|Output)\s*[:：])\s*", RegexOptions.IgnoreCase)]
    private static partial Regex Label();

    // A clause of at least four characters that follows itself, with the mark between.
    [GeneratedRegex(@"([^，,。；;！？!?]{4,80}[，,。；;！？!?])\s*(?:\1\s*)+")]
    private static partial Regex RepeatedClause();

    // Words said four times and more without a mark between; digits may do so in a number.
    [GeneratedRegex(@"([^0-9]{2,30}?)\1{3,}")]
    private static partial Regex Loop();
}
