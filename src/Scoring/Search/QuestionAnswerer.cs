using Pipeline.Scoring.Requests;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage;

namespace Pipeline.Scoring.Search;

/// <summary>Answers a question from the documents: searches them, has what was found summarised, and says which document each clause is from.</summary>
public sealed class QuestionAnswerer(SemanticSearch search, ModelLane lane, RecipeRegistry recipes)
{
    /// <summary>Most documents that an answer is made from.</summary>
    public const int MaxSources = 10;

    /// <summary>
    /// Engines that select words instead of following instructions; a question in their input would end in the summary. The sentences nearest
    /// to it are their answer.
    /// </summary>
    private static readonly string[] s_selectors = ["extractive", "extractive-title", "lead"];

    /// <summary>Answers.</summary>
    /// <param name="request">The question, and where to look.</param>
    /// <param name="recipe">Recipe that makes the answer; null for the configured one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ApiException">There is no such recipe, or as for <see cref="SemanticSearch.FindAsync"/>.</exception>
    public async Task<Answer> AnswerAsync(SearchRequest request, string? recipe, CancellationToken cancellationToken)
    {
        var row = await recipes.RequireAsync(recipe ?? lane.Options.Recipe, "summarize", cancellationToken);
        var findings = await search.FindAsync(request, cancellationToken);
        if (findings.Results.Count == 0)
        {
            return new(null, row.Name, "No document is near enough to the question.", [], findings);
        }

        var share = (lane.Options.MaxTextCharacters - request.Query.Length) / findings.Results.Count;
        var sources = findings.Results.Select(result => Cut(result.Document.Text, share)).ToList();
        var isSelector = s_selectors.Contains(row.Engine);
        if (isSelector && NearestSentences.Find(request.Query, sources) is { Count: > 0 } sentences)
        {
            // Behind one in Latin letters is a space. Each is a statement, whatever marks are in it.
            List<string> said = [.. sentences.Select((sentence, place) => place > 0 && char.IsAscii(sentences[place - 1][^1]) ? " " + sentence : sentence)];
            return new(string.Concat(said), row.Name, null, [.. said.Select(sentence => Citations.Of(sentence, sources))], findings);
        }

        var text = string.Join('\n', isSelector ? sources : sources.Prepend(request.Query));
        var answer = await lane.SummarizeAsync(row.Id, text, cancellationToken);
        return answer.Summary is { } summary
            ? new(summary, row.Name, null, Citations.Find(summary, sources), findings)
            : new(null, row.Name, $"The engine gave no answer: {answer.Reason} ({answer.Code})", [], findings);
    }

    // Never between the halves of a surrogate pair.
    private static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
