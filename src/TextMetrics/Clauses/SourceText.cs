using System.Buffers;

namespace Pipeline.TextMetrics.Clauses;

/// <summary>
/// A text prepared for extraction: where it may be cut, and its clauses. Works in UTF-16 indices on rented memory; dispose it.
/// </summary>
internal sealed class SourceText : IDisposable
{
    /// <summary>Input limit in UTF-16 units: what stands behind 65,536 of them never reached a summary of 80 characters in tests.</summary>
    public const int MaxLength = 1 << 16;

    private const int MinReportClauses = 2;
    private const string SentenceMarks = "。！？!?；;\n\r…";
    private const string ClauseMarks = "，,：:";

    private readonly bool[] _glued;

    /// <param name="text">The whole source.</param>
    /// <param name="splitLists">Whether 、 ends a clause, which suits titles and not sentences.</param>
    public SourceText(string text, bool splitLists)
    {
        var trimmed = text.AsMemory().Trim();
        IsTruncated = trimmed.Length > MaxLength;
        Memory = IsTruncated ? trimmed[..MaxLength] : trimmed;
        _glued = ArrayPool<bool>.Shared.Rent(Memory.Length + 1);
        Array.Clear(_glued);
        TokenSeams.Mark(Span, _glued);
        PairSeams.Mark(Span, _glued);
        Clauses = Split(splitLists);
        IsSpaced = CountUnspaced(Span) * 10 < Memory.Length;
    }

    public ReadOnlyMemory<char> Memory { get; }

    public ReadOnlySpan<char> Span => Memory.Span;

    public bool IsTruncated { get; }

    /// <summary>Whether the text is mostly in a script with spaces, which decides for its punctuation too.</summary>
    public bool IsSpaced { get; }

    public IReadOnlyList<Clause> Clauses { get; }

    /// <summary>Whether the text counts what it tells, with at least two list markers.</summary>
    public bool IsList => Clauses.Count > 0 && Clauses[^1].Item > 1;

    /// <summary>Whether the text reads like a report: it has frames, events and requests, which abstracts hardly have.</summary>
    public bool IsReport => Clauses.Count(c => c.Kind is ClauseKind.Frame or ClauseKind.Event or ClauseKind.Request) >= MinReportClauses;

    /// <summary>Whether a cut before the character at <paramref name="index"/> splits nothing.</summary>
    public bool IsSafeCut(int index) => !_glued[index];

    public void Dispose() => ArrayPool<bool>.Shared.Return(_glued);

    private static int CountUnspaced(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var c in text)
        {
            count += Script.IsUnspaced(c) ? 1 : 0;
        }

        return count;
    }

    private List<Clause> Split(bool splitLists)
    {
        var clauses = new List<Clause>();
        var (start, sentence, item, head) = (0, 0, 0, false);
        var text = Span;
        for (var at = 0; at < text.Length; at++)
        {
            var endsSentence = EndsSentence(text, at);
            if (_glued[at + 1] || !(endsSentence || ClauseMarks.Contains(text[at]) || (splitLists && text[at] == '、')))
            {
                continue;
            }

            Add(clauses, start, at, text[at], sentence, ref item, ref head);
            start = at + 1;
            sentence += endsSentence ? 1 : 0;
            head &= !endsSentence;
        }

        // The input limit may have cut the last clause inside a number.
        if (!IsTruncated || clauses.Count == 0)
        {
            Add(clauses, start, text.Length, '\0', sentence, ref item, ref head);
        }

        return clauses;
    }

    // A full stop ends a sentence unless a word goes on behind it; inside numbers and addresses it is glued.
    private static bool EndsSentence(ReadOnlySpan<char> text, int at) => SentenceMarks.Contains(text[at])
        || (text[at] is '.' or '．' && (at + 1 == text.Length || !char.IsAsciiLetterOrDigit(text[at + 1])));

    /// <summary>Adds a clause without its marker and frame; a marker alone only counts.</summary>
    /// <param name="clauses">Where to add it.</param>
    /// <param name="start">Index behind the mark before it.</param>
    /// <param name="end">Index of its closing mark.</param>
    /// <param name="mark">The closing mark.</param>
    /// <param name="sentence">Number of its sentence.</param>
    /// <param name="item">Number of list markers so far.</param>
    /// <param name="head">Whether the sentence is a field of the head, like a sender.</param>
    private void Add(List<Clause> clauses, int start, int end, char mark, int sentence, ref int item, ref bool head)
    {
        start = SkipBullets(start, end);
        end = start + Span[start..end].TrimEnd().Length;
        if (end == start)
        {
            return;
        }

        if (ListMarkers.IsWhole(Span[start..end], mark))
        {
            item++;
            return;
        }

        var marker = ListMarkers.Length(Span[start..end]);
        if (marker > 0 && SkipBullets(start + marker, end) is var behind && behind < end && IsSafeCut(behind))
        {
            (start, item) = (behind, item + 1);
        }

        head |= ClauseKinds.IsHeadLabel(Span[start..end], mark);
        var frame = start + ClauseKinds.FrameLength(Span[start..end], clauses.Count > 0 && clauses[^1].Kind == ClauseKind.Frame);
        frame = SkipBullets(frame, end);
        var kind = head || frame >= end ? ClauseKind.Frame : ClauseKinds.Of(Span[frame..end], mark);
        clauses.Add(new(frame < end && IsSafeCut(frame) ? frame : start, end, mark, sentence, item, kind));
    }

    private int SkipBullets(int start, int end)
    {
        var text = Span;
        while (start < end && (char.IsWhiteSpace(text[start]) || text[start] is '•' or '·' or '*' or '-' or '—' or '、'))
        {
            start++;
        }

        return start;
    }
}
