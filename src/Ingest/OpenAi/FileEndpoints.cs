using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Pipeline.Ingest.Http;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage.Files;
using Pipeline.Storage.OpenAi;

namespace Pipeline.Ingest.OpenAi;

/// <summary><c>/v1/files</c>, as clients of OpenAI's API know it.</summary>
internal static class FileEndpoints
{
    private const int MostFiles = 10_000;

    /// <summary>Maps them.</summary>
    public static void MapFiles(this RouteGroupBuilder openAi)
    {
        var files = openAi.MapGroup("/files").WithTags("OpenAI files");
        files.MapPost("", UploadAsync).RequireAuthorization(ApiRoles.Writer).WithSummary("Upload a batch file (multipart/form-data: purpose=batch, file)")
            .ProducesProblems(400, 413, 503);
        files.MapGet("", ListAsync).RequireAuthorization(ApiRoles.Reader).WithSummary("List files").ProducesProblems(400);
        files.MapGet("/{id}", async (string id, HttpContext context, StoredFiles stored, CancellationToken cancellationToken) =>
            Shape(await FindAsync(id, context, stored, cancellationToken))).RequireAuthorization(ApiRoles.Reader).WithSummary("A file").ProducesProblems(404);
        files.MapGet("/{id}/content", ContentAsync).RequireAuthorization(ApiRoles.Reader).WithSummary("The content of a file").ProducesProblems(404);
        files.MapDelete("/{id}", DeleteAsync).RequireAuthorization(ApiRoles.Writer).WithSummary("Delete a file").ProducesProblems(404, 409);
    }

    private static async Task<object> UploadAsync(
        HttpContext context, StoredFiles files, UploadGate gate, IOptions<ApiOptions> options, CancellationToken cancellationToken)
    {
        using var place = gate.Enter();
        var id = await FileUpload.StoreAsync(context, files, options.Value, cancellationToken);
        return Shape(await FindAsync(id, context, files, cancellationToken));
    }

    private static async Task<object> ListAsync(
        HttpContext context, StoredFiles files, [FromQuery] string? purpose, [FromQuery] string? after, [FromQuery] int? limit, [FromQuery] string? order,
        CancellationToken cancellationToken)
    {
        var start = after is null ? null : await files.FindAsync(ApiCaller.TenantOf(context.User), after, cancellationToken) ?? throw OpenAiList.StaleAfter();
        var page = OpenAiList.Limit(limit, MostFiles, MostFiles);
        var found = await files.ListAsync(ApiCaller.TenantOf(context.User), purpose, start?.Number, page + 1, order == "asc", cancellationToken);
        return OpenAiList.Of(found, page, file => file.Id, Shape);
    }

    private static async Task ContentAsync(string id, HttpContext context, StoredFiles files, CancellationToken cancellationToken)
    {
        var file = await FindAsync(id, context, files, cancellationToken);
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = file.Bytes;
        await using var content = new StoredFileStream(files, id);
        await content.CopyToAsync(context.Response.Body, cancellationToken);
    }

    private static async Task<object> DeleteAsync(
        string id, HttpContext context, StoredFiles files, OpenAiBatches batches, CancellationToken cancellationToken)
    {
        var tenant = ApiCaller.TenantOf(context.User);
        if (await batches.ReadsAsync(tenant, id, cancellationToken))
        {
            throw new ApiException(
                StatusCodes.Status409Conflict, "file-in-use", "A batch is about to read this file.", "Wait until the batch is in progress, or cancel it.");
        }

        return await files.DeleteAsync(tenant, id, cancellationToken) ? new { id, @object = "file", deleted = true } : throw NoFile();
    }

    internal static async Task<StoredFile> FindAsync(string id, HttpContext context, StoredFiles files, CancellationToken cancellationToken) =>
        await files.FindAsync(ApiCaller.TenantOf(context.User), id, cancellationToken) ?? throw NoFile();

    private static object Shape(StoredFile file) => new
    {
        file.Id,
        Object = "file",
        file.Bytes,
        CreatedAt = file.CreatedAt.ToUnixTimeSeconds(),
        Filename = file.Name,
        file.Purpose,
        Status = "processed",
    };

    private static ApiException NoFile() => new(StatusCodes.Status404NotFound, "no-such-file", "There is no such file.", "GET /v1/files lists yours.");
}
