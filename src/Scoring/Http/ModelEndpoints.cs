using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Pipeline.Scoring.Requests;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage;
using Pipeline.TextMetrics.Similarity;

namespace Pipeline.Scoring.Http;

/// <summary><c>/api/summarize</c> and <c>/api/similarity</c>: one answer of a model, of which nothing stays.</summary>
internal static class ModelEndpoints
{
    /// <summary>Maps them.</summary>
    public static void MapModels(this RouteGroupBuilder api)
    {
        var models = api.MapGroup("").WithTags("Models").RequireAuthorization(ApiRoles.Reader);
        models.MapPost("/summarize", SummarizeAsync).WithSummary("Summarise one text at once; nothing is stored").ProducesProblems(400, 503);
        models.MapPost("/similarity", CompareAsync).WithSummary("Rank texts by their similarity to a query; nothing is stored").ProducesProblems(400, 503);
    }

    private static async Task<Summarized> SummarizeAsync(ToSummarize body, ModelLane lane, RecipeRegistry recipes, CancellationToken cancellationToken)
    {
        var text = lane.CheckText(body.Text);
        var recipe = await recipes.RequireAsync(Name(body.Recipe, lane.Options.Recipe), "summarize", cancellationToken);
        var answer = await lane.SummarizeAsync(recipe.Id, text, cancellationToken);
        return answer is { Summary: { } summary, FinishReason: { } reason }
            ? new(summary, recipe.Name, reason, answer.Truncated, answer.Flags)
            : throw new ApiException(
                StatusCodes.Status400BadRequest, answer.Code ?? "no-summary", $"The text can't be summarised: {answer.Reason}", "Send a text with words, or name another recipe.");
    }

    private static async Task<Ranked> CompareAsync(ToCompare body, ModelLane lane, RecipeRegistry recipes, CancellationToken cancellationToken)
    {
        var query = lane.CheckQuery(body.Query);
        var candidates = body.Candidates ?? [];
        if (candidates.Count == 0 || candidates.Count > lane.Options.MaxCandidates)
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest, "bad-candidates",
                string.Create(CultureInfo.InvariantCulture, $"There are {candidates.Count} candidates; 1 to {lane.Options.MaxCandidates} are taken."),
                $"Send them in several requests, or raise {RequestOptions.SectionName}:MaxCandidates.");
        }

        List<string> texts = [query, .. candidates.Select(candidate => lane.CheckText(candidate))];
        var embedder = await recipes.RequireAsync(Name(body.Embedder, lane.Options.Embedder), "embed", cancellationToken);
        var vectors = await lane.EmbedAsync(embedder.Id, texts, cancellationToken);
        if (vectors[0].Values is not { } own)
        {
            throw ModelLane.BadQuery(vectors[0]);
        }

        float[] first = [.. own];
        return new(
            embedder.Name,
            [.. vectors.Skip(1).Select((vector, place) => vector.Values is { } values
                    ? new RankedText(place, Math.Round(Cosine.Similarity(first, [.. values]) ?? 0, 6), null)
                    : new RankedText(place, null, $"{vector.Reason} ({vector.Code})"))
                .OrderByDescending(text => text.Similarity ?? double.NegativeInfinity)]);
    }

    private static string Name(string? asked, string usual) => string.IsNullOrEmpty(asked) ? usual : asked.Replace("\0", "", StringComparison.Ordinal);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record ToSummarize(
        [property: Description("The text.")] string? Text, [property: Description("The recipe; by default Pipeline:Requests:Recipe.")] string? Recipe);

    private sealed record Summarized(string Summary, string Recipe, string FinishReason, bool Truncated, IReadOnlyList<string> Flags);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record ToCompare(
        [property: Description("The text to compare with.")] string? Query,
        [property: Description("The texts to rank.")] IReadOnlyList<string>? Candidates,
        [property: Description("The embedder; by default Pipeline:Requests:Embedder.")] string? Embedder);

    private sealed record Ranked(string Embedder, IReadOnlyList<RankedText> Items);

    /// <summary>A candidate: its place in the request from 0, and its cosine, or why it has none.</summary>
    private sealed record RankedText(int Index, double? Similarity, string? Error);
}
