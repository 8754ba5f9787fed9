using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Pipeline.Ingest.Sources;
using Pipeline.ServiceDefaults.Http;

namespace Pipeline.Ingest.Http;

/// <summary>What a request submits: a copy of its body on disk, and the format that its type tells.</summary>
internal sealed record RequestInput(SpooledInput Content, SourceFormat? Format) : IAsyncDisposable
{
    private const string BodyName = "the body";
    private const string DefaultSource = "api";
    private const int MaxBoundaryCharacters = 200;

    /// <summary>Takes the body. Nothing of it is accepted before all of it is there.</summary>
    /// <exception cref="ApiException">The body is too large, breaks off, or is of a type that can't be read.</exception>
    public static async Task<RequestInput> TakeAsync(HttpContext context, SubmitQuery query, ApiOptions options, CancellationToken cancellationToken)
    {
        var source = query.Source ?? DefaultSource;
        SourceFormat? named = query.Format is null ? null : DocumentSources.ParseFormat(query.Format);
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type))
        {
            throw Unsupported("The request has no Content-Type.");
        }

        switch (type.MediaType.Value?.ToLowerInvariant())
        {
            case "application/json":
                await using (var json = RequestBodyStream.Open(context, Math.Min(options.MaxJsonBytes, options.MaxUploadBytes)))
                {
                    return new(await JsonBody.ReadAsync(json, BodyName, source, cancellationToken), SourceFormat.JsonLines);
                }

            case "multipart/form-data":
                return await TakeFileAsync(context, type, query.Source, named, options, cancellationToken);
            case "application/octet-stream" when named is null:
                throw Unsupported("The type application/octet-stream does not tell the format.");
            case var media when named is not null || FormatOf(media) is not null:
                await using (var body = RequestBodyStream.Open(context, options.MaxUploadBytes))
                {
                    return new(await CopyAsync(BodyName, source, body, cancellationToken), named ?? FormatOf(media));
                }

            default:
                throw Unsupported($"A body of the type '{type.MediaType}' can't be read here.");
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Content.DisposeAsync();

    private static async Task<RequestInput> TakeFileAsync(
        HttpContext context, MediaTypeHeaderValue type, string? source, SourceFormat? named, ApiOptions options, CancellationToken cancellationToken)
    {
        await using var body = RequestBodyStream.Open(context, options.MaxUploadBytes);
        var parts = MultipartOf(type, body);
        while (await parts.ReadNextSectionAsync(cancellationToken) is { } part)
        {
            if (part.AsFileSection() is { FileStream: { } content } file)
            {
                var name = Path.GetFileName(file.FileName);
                return new(await CopyAsync(name, source ?? Compression.WithoutExtension(name), content, cancellationToken), named);
            }
        }

        throw new ApiException(
            StatusCodes.Status400BadRequest, "no-file", "The form has no file.", "Send one: curl -F file=@work-orders.csv ...");
    }

    /// <summary>Reads a form part by part.</summary>
    internal static MultipartReader MultipartOf(MediaTypeHeaderValue type, Stream body) =>
        HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= MaxBoundaryCharacters } boundary
            ? new MultipartReader(boundary, body)
            : throw Unsupported("The form has no boundary.");

    private static Task<SpooledInput> CopyAsync(string name, string source, Stream content, CancellationToken cancellationToken) =>
        SpooledInput.CopyAsync(name, source, content, new Unreported<long>(), cancellationToken);

    private static SourceFormat? FormatOf(string? mediaType) => mediaType switch
    {
        "application/x-ndjson" or "application/jsonl" or "application/x-jsonlines" => SourceFormat.JsonLines,
        "text/csv" => SourceFormat.Csv,
        "text/tab-separated-values" => SourceFormat.Tsv,
        "application/vnd.apache.parquet" => SourceFormat.Parquet,
        _ => null,
    };

    private static ApiException Unsupported(string message) => new(
        StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", message,
        "Send application/json, application/x-ndjson, text/csv, text/tab-separated-values, application/vnd.apache.parquet, or a file as "
        + "multipart/form-data; or name the format with ?format=.");
}
