using Microsoft.AspNetCore.Diagnostics;
using Pipeline.ServiceDefaults.Http;

namespace Pipeline.Scoring.Dashboard.Errors;

/// <summary>Turns exceptions into pages where a browser asks. What nobody expected is logged with its stack and shown without one.</summary>
internal sealed class PageExceptionHandler(ApiFaultTranslator translate, ILogger<PageExceptionHandler> logger) : IExceptionHandler
{
    /// <inheritdoc />
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!PageErrors.IsForBrowser(httpContext.Request))
        {
            return false;
        }

        var problem = exception as ApiException ?? translate(exception);
        if (problem is null && exception is BadHttpRequestException bad)
        {
            problem = new ApiException(bad.StatusCode, "bad-request", "", "", bad);
        }

        if (problem is null)
        {
            logger.PageFailed(httpContext.Request.Method, httpContext.Request.Path, httpContext.TraceIdentifier, exception);
            problem = new ApiException(StatusCodes.Status500InternalServerError, "internal", "", "", exception);
        }

        await PageErrors.WriteAsync(httpContext, problem);
        return true;
    }
}
