using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Pipeline.Inference.OpenAi;

/// <summary>
/// One endpoint that speaks OpenAI's protocol. Sends a request until it is answered, and tells apart what is the request's fault, what is
/// a setting's and what is an outage: the endpoint did not take the request.
/// </summary>
internal sealed class OpenAiEndpoint : IDisposable
{
    private const long MaxAnswerBytes = 8 << 20;

    private readonly OpenAiAddress _address;
    private readonly OpenAiOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _places;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    public OpenAiEndpoint(OpenAiAddress address, string? key, OpenAiOptions options, TimeProvider time, ILogger logger)
    {
        _address = address;
        _options = options;
        _time = time;
        _places = new(options.Concurrency);
        _http = new(new SocketsHttpHandler
        {
            // A redirect would send the key to where the recipe does not say.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = options.Timeout,
            MaxConnectionsPerServer = options.Concurrency,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        if (key is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxWait,
                ShouldHandle = args => ValueTask.FromResult(MayPass(args.Outcome) && !(AskedWait(args.Outcome.Result) > options.MaxWait)),
                DelayGenerator = args => ValueTask.FromResult(AskedWait(args.Outcome.Result)),
                OnRetry = args =>
                {
                    logger.EndpointIsRepeated(_address.Base, Describe(args.Outcome), args.RetryDelay.TotalSeconds);
                    args.Outcome.Result?.Dispose();
                    return ValueTask.CompletedTask;
                },
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.Timeout })
            .Build();
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="path">Below the base address.</param>
    /// <param name="body">JSON.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EngineException">The key is refused, or the endpoint takes no requests.</exception>
    public async Task<EndpointAnswer> PostAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            using var response = await _pipeline.ExecuteAsync(token => SendAsync(path, body, token), cancellationToken);
            return await ReadAsync(response, body.Length, cancellationToken);
        }
        catch (TimeoutRejectedException)
        {
            return Failed($"The endpoint gave no answer within {_options.Timeout.TotalSeconds:0.#} s, {_options.MaxRetries + 1} times.");
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError is HttpRequestError.NameResolutionError
            or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            throw new EngineException(
                $"The endpoint {_address.Base} can't be reached: {exception.Message} Start it, or correct 'base_url' of the recipe.", false, exception)
            {
                RetryAfter = _options.MaxWait,
            };
        }
        catch (HttpRequestException exception)
        {
            return Failed($"The endpoint's answer broke off ({exception.HttpRequestError}), {_options.MaxRetries + 1} times.");
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _places.Dispose();
    }

    // The content is read within the attempt, so that its time limit holds for the body too.
    private async ValueTask<HttpResponseMessage> SendAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address.At(path)) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
    }

    private async Task<EndpointAnswer> ReadAsync(HttpResponseMessage response, int requestBytes, CancellationToken cancellationToken)
    {
        var document = await ParseAsync(response, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return document is null ? Failed("The endpoint's answer is not JSON.") : new(document, null);
        }

        using (document)
        {
            var status = (int)response.StatusCode;
            var code = EndpointError.CodeOf(document);
            return status switch
            {
                401 or 403 => throw new EngineException($"The endpoint {_address.Base} refuses the key ({status}). Check {_address.KeySetting}.", true),
                429 or 503 => throw new EngineException($"The endpoint {_address.Base} takes no requests at present ({status}).", false)
                {
                    RetryAfter = AskedWait(response) ?? _options.MaxWait,
                },
                >= 300 and < 400 => NotRunnable($"The endpoint {_address.Base} sends requests elsewhere ({status}); 'base_url' of the recipe must be the final address."),
                404 => NotRunnable($"The endpoint {_address.Base} knows no such model or path (404{code}). Check 'model' and 'base_url' of the recipe."),
                _ when code.Contains("model_not_found", StringComparison.Ordinal) =>
                    NotRunnable($"The endpoint {_address.Base} knows no such model ({status}{code}). Check 'model' of the recipe."),
                408 or >= 500 => Failed($"The endpoint answered {status}{code}, {_options.MaxRetries + 1} times."),
                _ => new(null, new("endpoint-refused", $"The endpoint answered {status}{code} to a request of {requestBytes} bytes.")),
            };
        }
    }

    private static async Task<JsonDocument?> ParseAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
        }
        catch (JsonException)
        {
            // The caller says what that means; the message could quote the text.
            return null;
        }
    }

    private static bool MayPass(Outcome<HttpResponseMessage> outcome) => outcome.Exception is HttpRequestException or TimeoutRejectedException
        || outcome.Result?.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    private TimeSpan? AskedWait(HttpResponseMessage? response) => response?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _time.GetUtcNow() is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };

    private static string Describe(Outcome<HttpResponseMessage> outcome) => outcome.Exception switch
    {
        TimeoutRejectedException => "timeout",
        HttpRequestException exception => exception.HttpRequestError.ToString(),
        _ => ((int)(outcome.Result?.StatusCode ?? 0)).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private static EndpointAnswer Failed(string reason) => new(null, new(TextFailure.EngineError, reason));

    private static EndpointAnswer NotRunnable(string reason) => new(null, new(TextFailure.RecipeNotRunnable, reason));
}
