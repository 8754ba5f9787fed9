using System.Buffers;

namespace Pipeline.Inference.Extractive;

/// <summary>
/// The usual baseline: the first sentence, up to its end mark (one of 。！？!?；; or a line end), cut to a number of code points.
/// It cuts anywhere, words and numbers included; that is what makes it a baseline.
/// </summary>
internal sealed class LeadSummarizer(int maxChars) : ISummarizer
{
    public const string EngineName = "lead";
    public const string EngineVersion = "1";

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

        var end = source.IndexOfAny(_endMarks);
        var first = end < 0 ? source : source[..(end + 1)];
        var length = 0;
        for (var taken = 0; taken < maxChars && length < first.Length; taken++)
        {
            length += char.IsHighSurrogate(first[length]) && length + 1 < first.Length && char.IsLowSurrogate(first[length + 1]) ? 2 : 1;
        }

        return new(index, new(first[..length].ToString(), length == source.Length ? "copied" : "lead", false), null);
    }
}
