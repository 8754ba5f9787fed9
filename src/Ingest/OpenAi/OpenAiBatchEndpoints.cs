using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Ingest.Http;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage.Files;
using Pipeline.Storage.OpenAi;

namespace Pipeline.Ingest.OpenAi;

/// <summary><c>/v1/batches</c>, as clients of OpenAI's API know it.</summary>
internal static class OpenAiBatchEndpoints
{
    private const string ChatCompletions = "/v1/chat/completions";
    private const int UsualPage = 20;
    private const int MostOfAPage = 100;

    /// <summary>Maps them.</summary>
    public static void MapOpenAiBatches(this RouteGroupBuilder openAi)
    {
        var batches = openAi.MapGroup("/batches").WithTags("OpenAI batches");
        batches.MapPost("", CreateAsync).RequireAuthorization(ApiRoles.Writer).WithSummary("Start a batch").ProducesProblems(400, 404, 422);
        batches.MapGet("", ListAsync).RequireAuthorization(ApiRoles.Reader).WithSummary("List batches").ProducesProblems(400);
        batches.MapGet("/{id}", async (string id, HttpContext context, OpenAiBatches stored, CancellationToken cancellationToken) =>
            Shape(await FindAsync(id, context, stored, cancellationToken))).RequireAuthorization(ApiRoles.Reader).WithSummary("A batch").ProducesProblems(404);
        batches.MapPost("/{id}/cancel", CancelAsync).RequireAuthorization(ApiRoles.Writer).WithSummary("Cancel a batch").ProducesProblems(404, 409);
    }

    private static async Task<IResult> CreateAsync(
        CreateBatchRequest request, HttpContext context, StoredFiles files, OpenAiBatches batches, RecipeChoice choice, Idempotency idempotency,
        CancellationToken cancellationToken)
    {
        if (request.Endpoint != ChatCompletions)
        {
            throw Bad("bad-endpoint", "The endpoint of a batch must be /v1/chat/completions.", $"Send \"endpoint\": \"{ChatCompletions}\".");
        }

        if (string.IsNullOrEmpty(request.InputFileId))
        {
            throw Bad("no-input-file", "The request has no input_file_id.", "Upload a file first: POST /v1/files.");
        }

        var file = await FileEndpoints.FindAsync(request.InputFileId, context, files, cancellationToken);
        var embedder = await choice.EmbedderAsync(request.Metadata?.GetValueOrDefault("embedder"), cancellationToken);
        var recipe = await choice.SummarizerAsync(request.Metadata?.GetValueOrDefault("recipe"), cancellationToken);
        var metadata = request.Metadata is null ? null : JsonSerializer.Serialize(request.Metadata);
        return await idempotency.RunAsync(
            context,
            SHA256.HashData(Encoding.UTF8.GetBytes($"{file.Id}\n{request.CompletionWindow}\n{metadata}\n{embedder.Id}\n{recipe.Id}")),
            async () => (StatusCodes.Status200OK, Shape(await batches.CreateAsync(
                ApiCaller.TenantOf(context.User), file.Id, ChatCompletions, request.CompletionWindow ?? "24h", metadata, embedder.Id, recipe.Id,
                cancellationToken))),
            cancellationToken);
    }

    private static async Task<object> ListAsync(
        HttpContext context, OpenAiBatches batches, [FromQuery] string? after, [FromQuery] int? limit, CancellationToken cancellationToken)
    {
        var tenant = ApiCaller.TenantOf(context.User);
        var start = after is null ? null : await batches.FindAsync(tenant, after, cancellationToken) ?? throw OpenAiList.StaleAfter();
        var page = OpenAiList.Limit(limit, UsualPage, MostOfAPage);
        return OpenAiList.Of(await batches.ListAsync(tenant, start?.Number, page + 1, cancellationToken), page, row => row.Id, Shape);
    }

    private static async Task<object> CancelAsync(string id, HttpContext context, OpenAiBatches batches, CancellationToken cancellationToken)
    {
        var batch = await FindAsync(id, context, batches, cancellationToken);
        return await batches.CancelAsync(id, cancellationToken)
            ? Shape(await FindAsync(id, context, batches, cancellationToken))
            : throw new ApiException(
                StatusCodes.Status409Conflict, "batch-finished", $"The batch has ended: it is {batch.State}.", "There is nothing left to cancel.");
    }

    private static async Task<OpenAiBatchRow> FindAsync(string id, HttpContext context, OpenAiBatches batches, CancellationToken cancellationToken) =>
        await batches.FindAsync(ApiCaller.TenantOf(context.User), id, cancellationToken)
        ?? throw new ApiException(StatusCodes.Status404NotFound, "no-such-batch", "There is no such batch.", "GET /v1/batches lists yours.");

    private static ApiException Bad(string code, string message, string remedy) => new(StatusCodes.Status400BadRequest, code, message, remedy);

    private static object Shape(OpenAiBatchRow row) => new
    {
        row.Id,
        Object = "batch",
        row.Endpoint,
        Errors = row.ErrorCode is null
            ? null
            : new { Object = "list", Data = (object[])[new { Code = row.ErrorCode, Message = row.ErrorMessage, Param = (string?)null, Line = (int?)null }] },
        row.InputFileId,
        row.CompletionWindow,
        Status = row.State,
        row.OutputFileId,
        row.ErrorFileId,
        CreatedAt = row.CreatedAt.ToUnixTimeSeconds(),
        InProgressAt = row.InProgressAt?.ToUnixTimeSeconds(),
        ExpiresAt = (long?)null,
        FinalizingAt = row.FinalizingAt?.ToUnixTimeSeconds(),
        CompletedAt = row.CompletedAt?.ToUnixTimeSeconds(),
        FailedAt = row.FailedAt?.ToUnixTimeSeconds(),
        ExpiredAt = (long?)null,
        CancellingAt = row.CancellingAt?.ToUnixTimeSeconds(),
        CancelledAt = row.CancelledAt?.ToUnixTimeSeconds(),
        RequestCounts = new { row.Total, row.Completed, row.Failed },
        Metadata = row.Metadata is null ? null : JsonNode.Parse(row.Metadata),
    };
}
