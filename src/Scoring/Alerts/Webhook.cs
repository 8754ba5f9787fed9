using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Pipeline.Storage.Alerts;

namespace Pipeline.Scoring.Alerts;

/// <summary>Sends news of an alert. Any answer but 2xx, and none within the limit, is a failure; redirects are not followed.</summary>
internal sealed class Webhook(HttpClient client, IOptions<WebhookOptions> options)
{
    /// <summary>Name of the HTTP client.</summary>
    public const string ClientName = "webhook";

    /// <summary>Sends it.</summary>
    /// <returns>Null when it arrived; else why not, without address or answer: both may hold secrets.</returns>
    public async Task<string?> SendAsync(AlertNews news, CancellationToken cancellationToken)
    {
        var body = WebhookBody.Of(news);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Value.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        if (options.Value.Secret.Length > 0)
        {
            var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Value.Secret), body);
            request.Headers.Add("X-Pipeline-Signature", $"sha256={Convert.ToHexStringLower(signature)}");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.Timeout);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return response.IsSuccessStatusCode ? null : $"answered {(int)response.StatusCode}";
        }
        catch (HttpRequestException exception)
        {
            return $"no connection ({exception.HttpRequestError})";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {options.Value.Timeout.TotalSeconds:0.#} s";
        }
    }
}
