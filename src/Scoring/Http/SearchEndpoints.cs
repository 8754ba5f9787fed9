using Pipeline.Scoring.Requests;
using Pipeline.Scoring.Search;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Search;

namespace Pipeline.Scoring.Http;

/// <summary><c>/api/search</c> and <c>/api/answer</c>.</summary>
internal static class SearchEndpoints
{
    private const int UsualResults = 10;
    private const int UsualSources = 5;

    /// <summary>Maps them.</summary>
    public static void MapSearch(this RouteGroupBuilder api)
    {
        var search = api.MapGroup("").WithTags("Search").RequireAuthorization(ApiRoles.Reader);
        search.MapGet("/search", ([AsParameters] SearchParameters parameters, Searching searching, CancellationToken token) => searching.FindAsync(parameters, token))
            .WithSummary("Documents by similarity to a query").ProducesProblems(400, 404, 410, 503);
        search.MapPost("/search", (SearchParameters parameters, Searching searching, CancellationToken token) => searching.FindAsync(parameters, token))
            .WithSummary("The same with the parameters as a JSON object").ProducesProblems(400, 404, 410, 503);
        search.MapGet("/answer", ([AsParameters] SearchParameters parameters, Searching searching, CancellationToken token) => searching.AnswerAsync(parameters, token))
            .WithSummary("An answer from the documents, with its sources").ProducesProblems(400, 404, 410, 503);
        search.MapPost("/answer", (SearchParameters parameters, Searching searching, CancellationToken token) => searching.AnswerAsync(parameters, token))
            .WithSummary("The same with the parameters as a JSON object").ProducesProblems(400, 404, 410, 503);
    }

    /// <summary>Between the endpoints and the search.</summary>
    internal sealed class Searching(SemanticSearch search, QuestionAnswerer answerer, ModelLane lane, TenantBatches batches, IHttpContextAccessor http)
    {
        public async Task<SearchAnswer> FindAsync(SearchParameters parameters, CancellationToken cancellationToken) => SearchAnswer.Of(
            await search.FindAsync(await RequestAsync(parameters, UsualResults, SearchRequest.MaxLimit, cancellationToken) with { Recipe = Clean(parameters.Recipe) }, cancellationToken));

        public async Task<QuestionAnswer> AnswerAsync(SearchParameters parameters, CancellationToken cancellationToken) => QuestionAnswer.Of(
            await answerer.AnswerAsync(
                await RequestAsync(parameters, UsualSources, QuestionAnswerer.MaxSources, cancellationToken), Clean(parameters.Recipe), cancellationToken));

        private async Task<SearchRequest> RequestAsync(SearchParameters parameters, int usual, int most, CancellationToken cancellationToken)
        {
            var context = http.HttpContext ?? throw new InvalidOperationException("There is no request.");
            var query = lane.CheckQuery(parameters.Query);
            var limit = PageSize.Of(parameters.Limit, usual, most);
            // Written so that NaN is refused too.
            if (parameters.MinSimilarity is not null and not (>= -1 and <= 1))
            {
                throw new ApiException(
                    StatusCodes.Status400BadRequest, "bad-similarity", "min_similarity is not between -1 and 1.", "Similarities are cosines; send one between -1 and 1.");
            }

            var batch = Clean(parameters.Batch) is { } name ? await BatchReads.FindAsync(name, context, batches, cancellationToken) : null;
            return new SearchRequest(
                query,
                new SearchScope(
                    ApiCaller.TenantOf(context.User), batch?.Id, Clean(parameters.Source), parameters.From, parameters.To, Clean(parameters.Category)),
                limit)
            {
                Embedder = Clean(parameters.Embedder),
                MinSimilarity = parameters.MinSimilarity,
                FilterTopics = parameters.Topics != false,
            };
        }

        private static string? Clean(string? value) => string.IsNullOrEmpty(value) ? null : !value.Contains('\0', StringComparison.Ordinal)
            ? value
            : throw new ApiException(StatusCodes.Status400BadRequest, "bad-request", "A parameter has the character NUL in it.", "Send it without.");
    }
}
