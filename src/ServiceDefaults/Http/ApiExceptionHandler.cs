using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pipeline.ServiceDefaults.Http;

/// <summary>Turns exceptions into problem documents. What nobody expected is logged with its stack and answered without one.</summary>
internal sealed partial class ApiExceptionHandler(ApiFaultTranslator translate, ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    /// <inheritdoc />
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception as ApiException ?? translate(exception) ?? OfRequest(exception);
        if (problem is null)
        {
            LogUnexpected(httpContext.Request.Method, httpContext.Request.Path, httpContext.TraceIdentifier, exception);
            problem = new ApiException(
                StatusCodes.Status500InternalServerError, "internal", "The request failed inside the service.",
                $"Look for '{httpContext.TraceIdentifier}' in the service's log, and report it.");
        }

        await ApiProblem.WriteAsync(httpContext, problem);
        return true;
    }

    private static ApiException? OfRequest(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } tooLarge => new ApiException(
            tooLarge.StatusCode, "body-too-large", "The body is larger than this service takes.",
            "Send it in several parts, compress it (gzip or Zstandard), or raise Pipeline:Api:MaxUploadBytes.", tooLarge),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } slow => new ApiException(
            slow.StatusCode, "too-slow", "The body arrived too slowly.", "Send it again over a faster connection.", slow),
        BadHttpRequestException { InnerException: JsonException json } => new ApiException(
            StatusCodes.Status400BadRequest, "bad-json", $"The body is not the JSON that is expected here: {json.Message}",
            "Correct the body; /openapi/v1.json describes it.", json),
        BadHttpRequestException bad => new ApiException(
            bad.StatusCode, "bad-request", bad.Message, "Correct the request; /openapi/v1.json describes it.", bad),
        _ => null,
    };

    [LoggerMessage(8010, LogLevel.Error, "{Method} {Path} failed (request {Trace}).")]
    private partial void LogUnexpected(string method, string path, string trace, Exception exception);
}
