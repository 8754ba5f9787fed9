using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Pipeline.ServiceDefaults.Http;

/// <summary>Problem documents (RFC 9457) with a code for programs and a remedy for people.</summary>
public static class ApiProblem
{
    private const int RetryAfterSeconds = 5;
    private const string ContentType = "application/problem+json";

    private static readonly JsonSerializerOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Writes the answer. It also has the member <c>error</c> in which clients of OpenAI's API look for the message, and the header that
    /// keeps them from repeating what a repetition does not cure.
    /// </summary>
    public static Task WriteAsync(HttpContext context, ApiException problem)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(problem);
        var response = context.Response;
        response.StatusCode = problem.Status;
        if (problem.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        response.Headers["x-should-retry"] = problem.RetryAfterSeconds is null ? "false" : "true";
        return response.WriteAsJsonAsync(
            new
            {
                type = "urn:pipeline:problem:" + problem.Code,
                title = ReasonPhrases.GetReasonPhrase(problem.Status),
                status = problem.Status,
                detail = problem.Message,
                remedy = problem.Remedy,
                code = problem.Code,
                instance = context.Request.Path.Value,
                trace = context.TraceIdentifier,
                error = new
                {
                    message = $"{problem.Message} {problem.Remedy}",
                    type = problem.Status < StatusCodes.Status500InternalServerError ? "invalid_request_error" : "server_error",
                    param = (string?)null,
                    code = problem.Code,
                },
            },
            s_options, ContentType, context.RequestAborted);
    }

    /// <summary>The tenant has no such batch. One of another tenant is answered in the same way.</summary>
    public static ApiException NoBatch() => new(
        StatusCodes.Status404NotFound, "no-such-batch", "There is no such batch.", "GET /api/batches of the scoring service lists yours.");

    /// <summary>PostgreSQL does not answer.</summary>
    public static ApiException DatabaseAway(Exception exception) => new(
        StatusCodes.Status503ServiceUnavailable, "database-away", "PostgreSQL does not answer.",
        "Send the request again a little later; the service reconnects by itself.", exception)
    {
        RetryAfterSeconds = RetryAfterSeconds,
    };

    /// <summary>Names the problems of an endpoint in the OpenAPI document; those of every endpoint are added.</summary>
    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        ArgumentNullException.ThrowIfNull(statuses);
        foreach (var status in statuses.Union([StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden]))
        {
            endpoint.ProducesProblem(status);
        }

        return endpoint;
    }
}
