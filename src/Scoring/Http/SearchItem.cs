using Pipeline.Scoring.Search;

namespace Pipeline.Scoring.Http;

/// <summary>A document that was found, as JSON.</summary>
public sealed record SearchItem(
    string Id, string Source, long Batch, string BatchName, long Line, DateTimeOffset AcceptedAt, double Similarity, string? Topic, string? Recipe,
    string? Summary, string Text, string? Category)
{
    /// <summary>Makes it.</summary>
    public static SearchItem Of(SearchResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var document = result.Document;
        return new(
            document.Id, document.Source, document.BatchId, document.Batch, document.Line, document.AcceptedAt, Math.Round(result.Similarity, 4),
            result.Topic, document.Recipe, document.Summary, document.Text, document.Category);
    }
}
