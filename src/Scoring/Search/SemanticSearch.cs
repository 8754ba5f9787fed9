using Microsoft.Extensions.Options;
using Pipeline.Inference.Lexical;
using Pipeline.Inference.Recipes;
using Pipeline.Scoring.Requests;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage;
using Pipeline.Storage.Rows;
using Pipeline.Storage.Search;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.Scoring.Search;

/// <summary>
/// Searches documents by meaning, as far as the embedder sees it: the nearest texts, then a filter of two steps, by a similarity that follows
/// the query's length, and by topic.
/// </summary>
public sealed class SemanticSearch(ModelLane lane, RecipeRegistry recipes, SearchReader reader, ScopeCheck scopes, ITopicAssigner topics, IOptions<SearchOptions> options)
{
    /// <summary>A ticket is far shorter; a book among the candidates must not hold a search up.</summary>
    private const int ComparedCharacters = 20_000;

    private static readonly Tokenizer s_tokenizer = Tokenizers.Get("char");

    /// <summary>Searches.</summary>
    /// <exception cref="ApiException">There is no such embedder, source or category, the period is empty, the embedder has no vector for the query, or no worker answers.</exception>
    public async Task<SearchFindings> FindAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        var embedder = await EmbedderAsync(request, cancellationToken);
        var isLexical = embedder?.Engine == BuiltInRecipes.Hashing.Engine;
        var words = isLexical ? AskingWords.Without(request.Query) : request.Query;
        var tokens = s_tokenizer.Tokenize(words).Count;
        if (embedder is null)
        {
            return new(null, tokens, Threshold(request, "", tokens), null, 0, 0, 0, IsExact: true, []);
        }

        await scopes.CheckAsync(request.Scope, cancellationToken);
        var threshold = Threshold(request, embedder.Name, tokens);
        var query = await lane.EmbedQueryAsync(embedder.Id, words, cancellationToken);
        var nearest = await reader.NearestAsync(
            embedder.Id, query, request.Scope,
            new SearchTuning(
                options.Value.Candidates, options.Value.EfSearch, options.Value.ExactLimit, WithVectors: request.FilterTopics && topics.NeedsVectors,
                BodyCharacters: isLexical ? ComparedCharacters : 0),
            cancellationToken);
        var candidates = isLexical ? ByWords(words, nearest.Texts) : nearest.Texts;
        var near = candidates.Where(text => text.Similarity >= threshold).ToList();
        var (topic, assigned) = request.FilterTopics
            ? await topics.AssignAsync(embedder.Id, request.Query, query, near, cancellationToken)
            : AssignedTopics.None(near.Count);
        // Where either is in doubt, nothing is taken out.
        var kept = near.Zip(assigned, (text, own) => (Text: text, Topic: own))
            .Where(found => topic is null || found.Topic is null || found.Topic == topic).ToList();
        var shown = kept.Take(request.Limit).ToList();
        var documents = await reader.DocumentsAsync([.. shown.Select(found => found.Text.TextId)], request.Scope, request.Recipe, cancellationToken);
        return new(
            embedder.Name, tokens, threshold, topic, nearest.Texts.Count, nearest.Texts.Count - near.Count, near.Count - kept.Count, nearest.IsExact,
            [.. shown.Where(found => documents.ContainsKey(found.Text.TextId))
                .Select(found => new SearchResult(documents[found.Text.TextId], found.Text.Similarity, found.Topic))]);
    }

    // The vectors of hashing are short for what they hold: they find candidates, and the words decide.
    private static IReadOnlyList<SearchCandidate> ByWords(string query, IReadOnlyList<SearchCandidate> candidates)
    {
        var similarity = new LexicalSimilarity(query);
        return [.. candidates.Select(text => text with { Similarity = similarity.With(text.Body) }).OrderByDescending(text => text.Similarity)];
    }

    private double Threshold(SearchRequest request, string embedder, int tokens) =>
        request.MinSimilarity ?? (options.Value.Embedders.Find(own => own.Name == embedder) ?? options.Value.Threshold).Of(tokens);

    private async Task<RecipeRow?> EmbedderAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        if (request.Embedder is { } name)
        {
            return await recipes.RequireAsync(name, "embed", cancellationToken);
        }

        return await reader.EmbedderAsync(request.Scope.Tenant, request.Scope.BatchId, cancellationToken) is { } id
            ? await recipes.FindAsync(id, cancellationToken)
            : null;
    }
}
