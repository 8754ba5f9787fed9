using Pipeline.Scoring.Search;

namespace Pipeline.Scoring.Http;

/// <summary>An answer as JSON.</summary>
/// <param name="Answer">The answer; null when there is none.</param>
/// <param name="Note">Why there is none.</param>
/// <param name="Recipe">Recipe that made it.</param>
/// <param name="Statements">The answer clause by clause; sources are places in the list of sources, from 1.</param>
/// <param name="Embedder">Name of the embedder.</param>
/// <param name="Exact">As for a search.</param>
/// <param name="Filter">As for a search.</param>
/// <param name="Sources">The documents that it was made from, nearest first.</param>
public sealed record QuestionAnswer(
    string? Answer, string? Note, string Recipe, IReadOnlyList<Statement> Statements, string? Embedder, bool Exact, SearchFilter Filter,
    IReadOnlyList<SearchItem> Sources)
{
    /// <summary>Makes it.</summary>
    public static QuestionAnswer Of(Answer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var found = SearchAnswer.Of(answer.Findings);
        return new(answer.Text, answer.Note, answer.Recipe, answer.Statements, found.Embedder, found.Exact, found.Filter, found.Items);
    }
}
