using System.Globalization;
using MassTransit;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Contracts.Requests;
using Pipeline.ServiceDefaults.Http;
using Pipeline.ServiceDefaults.Lanes;

namespace Pipeline.Scoring.Requests;

/// <summary>
/// Asks workers and waits for the answer: the way to a model for a service that has none. Requests go a lane of their own, past every backlog.
/// Texts are never logged.
/// </summary>
public sealed class ModelLane(IBusControl bus, IOptions<RequestOptions> options) : IDisposable
{
    private const int RetryAfterSeconds = 5;

    private readonly SemaphoreSlim _places = new(options.Value.MaxConcurrent);

    /// <summary>Limits and defaults.</summary>
    public RequestOptions Options => options.Value;

    /// <summary>Vectors of texts.</summary>
    /// <param name="recipeId">The embedder.</param>
    /// <param name="texts">The texts; their limits are for the caller to check.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ApiException">No worker answers, or it refuses: the message says which and what to do.</exception>
    public async Task<IReadOnlyList<TextVector>> EmbedAsync(int recipeId, IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        (await AskAsync<EmbedRequest, EmbedAnswer>(QueueNames.EmbedRequests, "EmbedWorker", new(recipeId, texts), cancellationToken)).Texts;

    /// <summary>The vector of a query.</summary>
    /// <exception cref="ApiException">It has none, or as for <see cref="EmbedAsync"/>.</exception>
    public async Task<float[]> EmbedQueryAsync(int recipeId, string query, CancellationToken cancellationToken)
    {
        var answer = (await EmbedAsync(recipeId, [query], cancellationToken))[0];
        return answer.Values is { } values ? [.. values] : throw BadQuery(answer);
    }

    /// <summary>The classes of texts.</summary>
    /// <param name="model">Name of the imported classifier.</param>
    /// <param name="texts">The texts; their limits are for the caller to check.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ApiException">As for <see cref="EmbedAsync"/>.</exception>
    public Task<ClassifyAnswer> ClassifyAsync(string model, IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        AskAsync<ClassifyRequest, ClassifyAnswer>(QueueNames.ClassifyRequests, "EmbedWorker", new(model, texts), cancellationToken);

    /// <summary>A summary of one text.</summary>
    /// <exception cref="ApiException">As for <see cref="EmbedAsync"/>.</exception>
    public Task<SummarizeAnswer> SummarizeAsync(int recipeId, string text, CancellationToken cancellationToken) =>
        AskAsync<SummarizeRequest, SummarizeAnswer>(QueueNames.SummarizeRequests, "SummarizeWorker", new(recipeId, text), cancellationToken);

    /// <summary>The query without the white space around it.</summary>
    /// <exception cref="ApiException">It is empty or too long.</exception>
    public string CheckQuery(string? query) => Check(query, Options.MaxQueryCharacters, "query", "MaxQueryCharacters");

    /// <summary>The text without the white space around it.</summary>
    /// <exception cref="ApiException">It is empty or too long.</exception>
    public string CheckText(string? text) => Check(text, Options.MaxTextCharacters, "text", "MaxTextCharacters");

    /// <summary>The embedder has no vector for a query.</summary>
    internal static ApiException BadQuery(TextVector vector) => new(
        StatusCodes.Status400BadRequest, "bad-query", $"The query can't be embedded: {vector.Reason} ({vector.Code})", "Ask with words.");

    /// <inheritdoc />
    public void Dispose() => _places.Dispose();

    private static string Check(string? text, int limit, string what, string setting) => text?.Trim() switch
    {
        null or "" => throw new ApiException(
            StatusCodes.Status400BadRequest, $"empty-{what}", $"The {what} is empty.", $"Send a {what} with words."),
        { } found when found.Length > limit => throw new ApiException(
            StatusCodes.Status400BadRequest, $"{what}-too-long",
            string.Create(CultureInfo.InvariantCulture, $"The {what} has {found.Length} characters; {limit} are taken."),
            $"Shorten it, or raise {RequestOptions.SectionName}:{setting}."),
        { } found => found,
    };

    private async Task<TAnswer> AskAsync<TRequest, TAnswer>(string lane, string worker, TRequest request, CancellationToken cancellationToken)
        where TRequest : class
        where TAnswer : class
    {
        if (!_places.Wait(0, CancellationToken.None))
        {
            throw Unavailable("too-many-requests", $"{Options.MaxConcurrent} requests are under way.", $"Ask again a little later, or raise {RequestOptions.SectionName}:MaxConcurrent.");
        }

        try
        {
            if (bus.CheckHealth().Status != BusHealthStatus.Healthy)
            {
                throw BrokerAway(null);
            }

            var client = bus.CreateRequestClient<TRequest>(LaneTopology.Address(lane), RequestTimeout.After(ms: (int)Options.Timeout.TotalMilliseconds));
            var response = await client.GetResponse<TAnswer, RequestRefused>(request, Configure, cancellationToken);
            return response.Is(out Response<TAnswer>? answer)
                ? answer.Message
                : response.Is(out Response<RequestRefused>? refused)
                    ? throw Refused(worker, refused.Message)
                    : throw new InvalidOperationException($"{worker} answered with a message of another type.");
        }
        catch (RequestTimeoutException exception)
        {
            throw Unavailable(
                "no-answer", string.Create(CultureInfo.InvariantCulture, $"{worker} did not answer within {Options.Timeout.TotalSeconds:0} s."),
                $"Ask again; './pipeline status' shows whether one is at work. A slow model needs a longer {RequestOptions.SectionName}:Timeout.", exception);
        }
        catch (RequestFaultException exception)
        {
            throw Unavailable("worker-failed", $"{worker} failed inside.", "Its log has the reason; report it.", exception);
        }
        catch (RequestException exception) when (exception.InnerException is MessageReturnedException)
        {
            throw Unavailable("no-worker", $"No {worker} is at work.", "Start one: './pipeline up'.", exception);
        }
        catch (RequestException exception)
        {
            throw BrokerAway(exception);
        }
        finally
        {
            _places.Release();
        }
    }

    private static void Configure<TRequest>(IRequestPipeConfigurator<TRequest> pipe)
        where TRequest : class => pipe.UseExecute(context =>
    {
        // Never on disk, and back at once when nobody listens.
        context.Durable = false;
        if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
        {
            rabbit.Mandatory = true;
        }
    });

    private static ApiException Refused(string worker, RequestRefused refused) => new(
        StatusCodes.Status503ServiceUnavailable, refused.Code, $"{worker} can't serve this: {refused.Reason}",
        refused switch
        {
            { RetryAfterSeconds: not null } => "Ask again a little later.",
            { Code: RequestRefused.ClassifierNotRunnable } =>
                "Correct Pipeline:Search:Classifier, or import the model where the worker runs; topics=false searches without it.",
            _ => "Put right what the detail says; './pipeline recipes list' shows what can be run.",
        })
    {
        RetryAfterSeconds = refused.RetryAfterSeconds,
    };

    private static ApiException BrokerAway(Exception? cause) => Unavailable(
        "broker-away", "RabbitMQ does not answer, so no worker can be asked.", "Ask again a little later; the service reconnects by itself.", cause);

    private static ApiException Unavailable(string code, string message, string remedy, Exception? cause = null) =>
        new(StatusCodes.Status503ServiceUnavailable, code, message, remedy, cause) { RetryAfterSeconds = RetryAfterSeconds };
}
