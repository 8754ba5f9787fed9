using Microsoft.AspNetCore.Http.Features;
using Pipeline.Ingest.Sources;
using Pipeline.ServiceDefaults.Http;

namespace Pipeline.Ingest.Http;

/// <summary>The body of a request, up to a limit. Reading slower than the client sends slows the client down.</summary>
internal sealed class RequestBodyStream : ForwardStream
{
    private readonly Stream _body;
    private readonly long _limit;
    private long _read;

    private RequestBodyStream(Stream body, long limit) => (_body, _limit) = (body, limit);

    /// <summary>Opens the body under the limit given here instead of the server's.</summary>
    /// <exception cref="ApiException">It says itself that it is larger.</exception>
    public static RequestBodyStream Open(HttpContext context, long limit)
    {
        if (context.Request.ContentLength > limit)
        {
            throw TooLarge(limit);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        return new RequestBodyStream(context.Request.Body, limit);
    }

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await _body.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException exception)
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest, "incomplete-body", "The body broke off or came too slowly; nothing of it was accepted.",
                "Send it again.", exception);
        }

        _read += read;
        return _read <= _limit ? read : throw TooLarge(_limit);
    }

    private static ApiException TooLarge(long limit) => new(
        StatusCodes.Status413PayloadTooLarge, "body-too-large", $"The body is larger than {limit} bytes; nothing of it was accepted.",
        "Send it in parts or compressed (gzip, Zstandard); JSON as one object a line (application/x-ndjson). Pipeline:Api:MaxUploadBytes is the limit.");
}
