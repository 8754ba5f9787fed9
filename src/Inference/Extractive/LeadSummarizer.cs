using System.Buffers;

namespace Pipeline.Inference.Extractive;

/// <summary>
/// The usual baseline: the first sentence, up to its end mark (one of 。！？!?；; or a line end), cut to a number of code points.
/// A sentence of marks alone is skipped. It cuts anywhere, words and numbers included; that is what makes it a baseline.
/// </summary>
internal sealed class LeadSummarizer(int maxChars) : ISummarizer
{
    public const string EngineName = "lead";
    public const string EngineVersion = "2";

    private static readonly SearchValues<char> _endMarks = SearchValues.Create("。！？!?；;\n");

    public IAsyncEnumerable<TextOutcome<Summary>> SummarizeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        TextByText.RunAsync<Summary>(texts, Settle, cancellationToken);

    private TextOutcome<Summary> Settle(int index, string text)
    {
        var source = text.AsSpan().Trim();
        if (source.IsEmpty)
        {
            return new(index, null, TextFailure.EmptyText);
        }

        var first = FirstSentence(source);
        var length = 0;
        for (var taken = 0; taken < maxChars && length < first.Length; taken++)
        {
            length += char.IsHighSurrogate(first[length]) && length + 1 < first.Length && char.IsLowSurrogate(first[length + 1]) ? 2 : 1;
        }

        return new(index, new(first[..length].ToString(), length == source.Length ? "copied" : "lead", false), null);
    }

    /// <summary>The first sentence with a word in it ("!!! VPN down" begins with none), else the first.</summary>
    private static ReadOnlySpan<char> FirstSentence(ReadOnlySpan<char> text)
    {
        for (var rest = text; !rest.IsEmpty;)
        {
            var sentence = Sentence(rest);
            foreach (var c in sentence)
            {
                if (char.IsLetterOrDigit(c) || char.IsSurrogate(c))
                {
                    return sentence;
                }
            }

            rest = rest[sentence.Length..].TrimStart();
        }

        return Sentence(text);
    }

    private static ReadOnlySpan<char> Sentence(ReadOnlySpan<char> text) =>
        text.IndexOfAny(_endMarks) is >= 0 and var end ? text[..(end + 1)] : text;
}
