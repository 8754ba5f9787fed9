using System.Buffers;

namespace Pipeline.Inference.Text;

/// <summary>
/// A text prepared for extraction: where it may be cut, and its clauses. Works in UTF-16 indices on rented memory; dispose it.
/// </summary>
internal sealed class SourceText : IDisposable
{
    /// <summary>Input limit in UTF-16 units: what stands behind 65,536 of them never reached a summary of 80 characters in tests.</summary>
    public const int MaxLength = 1 << 16;

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
        var (start, sentence) = (0, 0);
        var text = Span;
        for (var at = 0; at < text.Length; at++)
        {
            var endsSentence = EndsSentence(text, at);
            if (_glued[at + 1] || !(endsSentence || ClauseMarks.Contains(text[at]) || (splitLists && text[at] == '、')))
            {
                continue;
            }

            Add(clauses, start, at, text[at], sentence);
            start = at + 1;
            sentence += endsSentence ? 1 : 0;
        }

        // The input limit may have cut the last clause inside a number.
        if (!IsTruncated || clauses.Count == 0)
        {
            Add(clauses, start, text.Length, '\0', sentence);
        }

        return clauses;
    }

    // A full stop ends a sentence unless a word goes on behind it; inside numbers and addresses it is glued.
    private static bool EndsSentence(ReadOnlySpan<char> text, int at) => SentenceMarks.Contains(text[at])
        || (text[at] is '.' or '．' && (at + 1 == text.Length || !char.IsAsciiLetterOrDigit(text[at + 1])));

    private void Add(List<Clause> clauses, int start, int end, char mark, int sentence)
    {
        var text = Span;
        while (start < end && (char.IsWhiteSpace(text[start]) || text[start] is '•' or '·' or '*' or '-' or '—' or '、'))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        if (end > start)
        {
            clauses.Add(new(start, end, mark, sentence));
        }
    }
}
