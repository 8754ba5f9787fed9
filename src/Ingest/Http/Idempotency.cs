using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Pipeline.ServiceDefaults.Http;
using Pipeline.Storage.Access;

namespace Pipeline.Ingest.Http;

/// <summary>
/// The header <c>Idempotency-Key</c>: a repeated request gets the first one's answer, another request under the same key is refused. What
/// stands behind it may run twice after a crash; submissions are harmless when repeated.
/// </summary>
internal sealed class Idempotency(IdempotentRequests requests, IOptions<JsonOptions> json)
{
    private const string Header = "Idempotency-Key";
    private const int MaxKeyCharacters = 200;

    /// <summary>Answers from memory, or acts and remembers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="sha256">Hash of all that is asked.</param>
    /// <param name="act">Does it: the status and the body of the answer.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ApiException">The key was used for another request.</exception>
    public async Task<IResult> RunAsync(
        HttpContext context, byte[] sha256, Func<Task<(int Status, object Answer)>> act, CancellationToken cancellationToken)
    {
        var tenant = ApiCaller.TenantOf(context.User);
        var key = context.Request.Headers[Header].ToString();
        if (key.Length > MaxKeyCharacters)
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest, "bad-idempotency-key", $"The {Header} has {key.Length} characters; the limit is {MaxKeyCharacters}.", "Send a UUID.");
        }

        if (key.Length > 0)
        {
            var (same, knownStatus, knownAnswer) = await requests.BeginAsync(tenant, key, sha256, cancellationToken);
            if (!same)
            {
                throw new ApiException(
                    StatusCodes.Status422UnprocessableEntity, "idempotency-key-reused", $"This {Header} belongs to another request.",
                    "Send a new key with a new request; repeat the old key only with the same body and options. Keys are kept for a day.");
            }

            if (knownStatus is not null && knownAnswer is not null)
            {
                context.Response.Headers["Idempotency-Replayed"] = "true";
                return Results.Text(knownAnswer, "application/json; charset=utf-8", statusCode: knownStatus);
            }
        }

        var (status, answer) = await act();
        var body = JsonSerializer.Serialize(answer, json.Value.SerializerOptions);
        if (key.Length > 0)
        {
            await requests.CompleteAsync(tenant, key, status, body, cancellationToken);
        }

        return Results.Text(body, "application/json; charset=utf-8", statusCode: status);
    }
}
