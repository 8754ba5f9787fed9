using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage;
using Pipeline.Storage.Batches;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;

namespace Pipeline.Ingest.Http;

/// <summary><c>/api/batches</c>: submit, look, cancel.</summary>
internal static class BatchEndpoints
{
    private static readonly TimeSpan s_maxOutage = TimeSpan.FromSeconds(30);

    /// <summary>Maps them.</summary>
    public static void MapBatches(this RouteGroupBuilder api)
    {
        api.MapPost("/batches", SubmitAsync).RequireAuthorization(ApiRoles.Writer).WithName("submitBatch").WithTags("Batches")
            .WithSummary("Submit documents")
            .WithDescription(
                "A JSON object or an array of them, JSON Lines, CSV, TSV or Parquet as the body, or a file as multipart/form-data; text may be "
                + "compressed with gzip or Zstandard. The same content with the same options is the same batch: sending it again is harmless.")
            .Accepts<Document[]>("application/json", "application/x-ndjson", "text/csv", "text/tab-separated-values", "application/vnd.apache.parquet", "multipart/form-data")
            .Produces<SubmitAnswer>(StatusCodes.Status201Created).Produces<SubmitAnswer>().ProducesProblems(400, 409, 413, 415, 422, 503);
        api.MapGet("/batches/{batch}", StatusAsync).RequireAuthorization(ApiRoles.Reader).WithName("getBatch").WithTags("Batches")
            .WithSummary("How far a batch is").Produces<BatchStatus>().ProducesProblems(404);
        api.MapPost("/batches/{batch}/cancel", CancelAsync).RequireAuthorization(ApiRoles.Writer).WithName("cancelBatch").WithTags("Batches")
            .WithSummary("Cancel a batch")
            .WithDescription("What a worker has begun is finished, texts that another batch needs go on, results stay. Submitting the same content again goes on with it.")
            .Produces<BatchStatus>().ProducesProblems(404, 409);
    }

    private static async Task<IResult> SubmitAsync(
        [AsParameters] SubmitQuery query, HttpContext context, HttpSubmitter submitter, Idempotency idempotency, UploadGate gate,
        IOptions<ApiOptions> options, CancellationToken cancellationToken)
    {
        using var place = gate.Enter();
        await using var input = await RequestInput.TakeAsync(context, query, options.Value, cancellationToken);
        var (submission, source) = await submitter.PlanAsync(ApiCaller.TenantOf(context.User), query, input, cancellationToken);
        return await idempotency.RunAsync(
            context, submission.Fingerprint,
            async () =>
            {
                var answer = await submitter.SubmitAsync(submission, input, source, cancellationToken);
                context.Response.Headers.Location = string.Create(CultureInfo.InvariantCulture, $"/api/batches/{answer.Batch}");
                return (answer.Resubmitted ? StatusCodes.Status200OK : StatusCodes.Status201Created, (object)answer);
            },
            cancellationToken);
    }

    private static async Task<BatchStatus> StatusAsync(
        [Description("Id or name.")] string batch, HttpContext context, TenantBatches batches, CancellationToken cancellationToken) =>
        await batches.StatusAsync((await FindAsync(batch, context, batches, cancellationToken)).Id, cancellationToken);

    private static async Task<BatchStatus> CancelAsync(
        [Description("Id or name.")] string batch, HttpContext context, TenantBatches batches, BatchReports reports, NpgsqlDataSource dataSource,
        TimeProvider time, [FromServices] ILogger<HttpSubmitter> logger, CancellationToken cancellationToken)
    {
        var row = await FindAsync(batch, context, batches, cancellationToken);
        var outages = new OutageRetry(time, s_maxOutage, (fault, delay) => logger.SubmissionWaits(row.Id, fault.GetType().Name, delay.TotalSeconds));
        try
        {
            await new BatchCanceller(dataSource, reports, outages).CancelAsync(row, cancellationToken);
        }
        catch (PipelineStorageException exception)
        {
            throw new ApiException(
                StatusCodes.Status409Conflict, "batch-finished", exception.Message,
                "Nothing has to be done; the results are at /api/batches/{batch}/results of the scoring service.", exception);
        }

        return await batches.StatusAsync(row.Id, cancellationToken);
    }

    private static async Task<BatchRow> FindAsync(string batch, HttpContext context, TenantBatches batches, CancellationToken cancellationToken) =>
        await batches.FindAsync(ApiCaller.TenantOf(context.User), batch, cancellationToken) ?? throw ApiProblem.NoBatch();

    /// <summary>A document in the OpenAPI document; what is read may have other names (text_column and so on).</summary>
    private sealed record Document(
        string? Id, string Text, string? Reference,
        [property: Description("A summary that exists already; read where candidate_column names it.")] string? Candidate);
}
