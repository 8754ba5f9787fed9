using System.ComponentModel;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage.Exports;
using Pipeline.Storage.Reports;

namespace Pipeline.Scoring.Http;

/// <summary><c>/api/batches/{batch}/results</c>: pages of JSON, or the whole batch as a stream.</summary>
internal static class ResultReads
{
    private const int UsualLines = 200;
    private const int MostLines = 2000;
    private const string OpenAi = "openai";
    private const int BufferCharacters = 32 * 1024;

    private static readonly Dictionary<string, (string ContentType, Func<long, IReadOnlyList<ResultColumn>, ResultText> Create)> s_streams = new()
    {
        ["csv"] = ("text/csv; charset=utf-8", (_, columns) => new CsvResultText(columns, raw: false)),
        ["ndjson"] = ("application/x-ndjson; charset=utf-8", (_, columns) => new JsonResultText(columns)),
        [OpenAi] = ("application/x-ndjson; charset=utf-8", (batchId, _) => new OpenAiResultText(batchId)),
    };

    /// <summary>Maps them.</summary>
    public static void MapResultReads(this RouteGroupBuilder api) =>
        api.MapGet("/batches/{batch}/results", ReadAsync).RequireAuthorization(ApiRoles.Reader).WithTags("Results")
            .WithSummary("Results in input order, refused lines included")
            .WithDescription(
                "Pages of JSON by default: 'limit' lines with all recipes each, and a cursor. With format=csv (safe to open in a spreadsheet), ndjson "
                + "or openai the whole batch as a stream. A stream that breaks off is not complete: the connection is closed without its end.")
            .Produces<Page<IReadOnlyDictionary<string, object?>>>().ProducesProblems(400, 404, 410);

    private static async Task<IResult> ReadAsync(
        [Description("Id or name.")] string batch, HttpContext context, TenantBatches batches, BatchReports reports, ResultWindows windows,
        [FromQuery, Description("json, csv, ndjson or openai.")] string? format, [FromQuery, Description("Only this recipe.")] string? recipe,
        [FromQuery, Description("Also where each result comes from: engine, model, hashes of recipe and embedder, and more.")] bool? provenance,
        [FromQuery, Description("Also the text statistics of each summary, as the view pipeline.text_scores has them.")] bool? statistics,
        [FromQuery] string? cursor, [FromQuery, Description("Lines of a page, 1 to 2000.")] int? limit, CancellationToken cancellationToken)
    {
        var row = await BatchReads.FindAsync(batch, context, batches, cancellationToken);
        await CheckRecipeAsync(row.Id, recipe, reports, cancellationToken);
        var columns = ResultColumn.Choose(provenance == true, statistics == true);
        if (format is null or "json")
        {
            return TypedResults.Ok(
                await PageAsync(row.Id, recipe, statistics == true, new(columns), cursor, PageSize.Of(limit, UsualLines, MostLines), windows, cancellationToken));
        }

        if (!s_streams.TryGetValue(format, out var stream))
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest, "bad-format", $"There is no format '{(format.Length > 20 ? format[..20] : format)}'.", "Name json, csv, ndjson or openai.");
        }

        if (cursor is not null || limit is not null)
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest, "no-pages", $"The format {format} gives the whole batch; it has no pages.", "Leave out 'cursor' and 'limit'.");
        }

        if (format == OpenAi && (provenance == true || statistics == true))
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest, "bad-format", "The format openai has no place for provenance and statistics.", "Leave them out, or choose csv or ndjson.");
        }

        return TypedResults.Stream(
            body => WriteAsync(body, stream.Create(row.Id, columns), windows.StreamAsync(row.Id, recipe, statistics == true, cancellationToken), cancellationToken), stream.ContentType);
    }

    private static async Task CheckRecipeAsync(long batchId, string? recipe, BatchReports reports, CancellationToken cancellationToken)
    {
        if (recipe is null)
        {
            return;
        }

        var known = (await reports.RecipesAsync(batchId, cancellationToken)).Select(row => row.Name).ToList();
        if (!known.Contains(recipe))
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest, "unknown-recipe", "The batch was not summarised with this recipe.", $"Its recipes are: {string.Join(", ", known)}.");
        }
    }

    private static async Task<Page<IReadOnlyDictionary<string, object?>>> PageAsync(
        long batchId, string? recipe, bool statistics, JsonResultText text, string? cursor, int lines, ResultWindows windows, CancellationToken cancellationToken)
    {
        var scope = $"results {batchId} {recipe}";
        var after = PageCursor.Position(cursor, scope) ?? long.MinValue;
        var items = new List<IReadOnlyDictionary<string, object?>>();
        if (await windows.LastLineAsync(batchId, after, lines, cancellationToken) is not { } last)
        {
            return new(items, null);
        }

        await foreach (var result in windows.ReadAsync(batchId, recipe, statistics, after, last, cancellationToken))
        {
            items.Add(text.Columns(result));
        }

        var isLast = await windows.LastLineAsync(batchId, last, 1, cancellationToken) is null;
        return new(items, isLast ? null : PageCursor.Create(scope, last));
    }

    private static async Task WriteAsync(Stream body, ResultText text, IAsyncEnumerable<ResultRow> rows, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferCharacters, leaveOpen: true);
        await writer.WriteAsync(text.Header.AsMemory(), cancellationToken);
        await foreach (var row in rows)
        {
            await writer.WriteAsync(text.Line(row).AsMemory(), cancellationToken);
        }
    }
}
