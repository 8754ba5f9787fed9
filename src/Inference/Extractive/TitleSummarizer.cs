using Pipeline.Inference.Lexical;
using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Extractive;

/// <summary>
/// A title: the part of one sentence that covers most of what the text is about, see <see cref="GramMap"/> and
/// <see cref="SpanSearch"/>. Everything in it stands in the source, side by side.
/// </summary>
internal sealed class TitleSummarizer(int maxChars, TitleWeights rule) : ISummarizer
{
    public const string EngineName = "extractive-title";
    public const string EngineVersion = "3";

    public IAsyncEnumerable<TextOutcome<Summary>> SummarizeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        TextByText.RunAsync<Summary>(texts, Settle, cancellationToken);

    private TextOutcome<Summary> Settle(int index, string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.IsEmpty)
        {
            return new(index, null, TextFailure.EmptyText);
        }

        if (trimmed.Length <= maxChars * 2 && Script.Length(trimmed) <= maxChars)
        {
            return new(index, new(trimmed.ToString(), "copied", false), null);
        }

        using var source = new SourceText(text, splitLists: true);
        using var grams = new GramMap(source, DocumentFrequencyTable.BuiltIn, rule.Grams);
        var search = new SpanSearch(source, grams, rule, maxChars, source.IsReport ? rule.ReportLengthPower : rule.LengthPower);
        return new(index, ExtractiveOutcome.Of(source, search.Best(), maxChars), null);
    }
}
