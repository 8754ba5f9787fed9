using Pipeline.Inference.Lexical;
using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Extractive;

/// <summary>
/// A summary of whole clauses of the source, in their order; see <see cref="ClauseSelection"/>. Where no clause fits the target, the
/// best part of one, as for a title.
/// </summary>
internal sealed class ExtractiveSummarizer(ExtractiveLimits limits, SummaryWeights rule) : ISummarizer
{
    public const string EngineName = "extractive";
    public const string EngineVersion = "3";

    /// <summary>Below one part in so many of the target, the whole clauses were too long to be chosen, and one of them is cut.</summary>
    private const int FilledEnough = 2;

    public IAsyncEnumerable<TextOutcome<Summary>> SummarizeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        TextByText.RunAsync<Summary>(texts, Settle, cancellationToken);

    private TextOutcome<Summary> Settle(int index, string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.IsEmpty)
        {
            return new(index, null, TextFailure.EmptyText);
        }

        var length = Script.Length(trimmed);
        var target = limits.TargetFor(length);
        return new(index, length <= limits.RoomFor(target) ? new(trimmed.ToString(), "copied", false) : Extract(text, target), null);
    }

    private Summary Extract(string text, int target)
    {
        using var source = new SourceText(text, splitLists: false);
        using var grams = new GramMap(source, DocumentFrequencyTable.BuiltIn, rule.Grams);
        var room = limits.RoomFor(target);
        var selection = new ClauseSelection(source, grams, rule, room, limits.MainRoomFor(target));
        var chosen = selection.Choose();
        if (selection.Chars * FilledEnough >= target)
        {
            return new(ClauseJoiner.Join(source, chosen), "extracted", source.IsTruncated);
        }

        var part = new SpanSearch(source, grams, TitleWeights.Default, room, rule.LengthPower).Best();
        return part is null && chosen.Count > 0
            ? new(ClauseJoiner.Join(source, chosen), "extracted", source.IsTruncated)
            : ExtractiveOutcome.Of(source, part, room);
    }
}
