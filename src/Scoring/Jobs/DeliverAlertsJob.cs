using Hangfire;
using Microsoft.Extensions.Options;
using Pipeline.Scoring.Alerts;
using Pipeline.Storage.Alerts;

namespace Pipeline.Scoring.Jobs;

/// <summary>Sends what the webhook is to get, once a minute. Several services may run it at once: news are taken by one of them.</summary>
public sealed class DeliverAlertsJob
{
    private const int PerRound = 20;

    // A webhook that lets every request run into its limit must not hold a worker for long.
    private const int MostRounds = 5;

    private static readonly TimeSpan s_longestDelay = TimeSpan.FromHours(1);

    private readonly AlertOutbox _outbox;
    private readonly Webhook _webhook;
    private readonly WebhookOptions _options;
    private readonly ILogger<DeliverAlertsJob> _logger;

    /// <summary>A job over an outbox.</summary>
    public DeliverAlertsJob(AlertOutbox outbox, IHttpClientFactory clients, IOptions<WebhookOptions> options, ILogger<DeliverAlertsJob> logger)
    {
        _outbox = outbox;
        _webhook = new Webhook(clients.CreateClient(Webhook.ClientName), options);
        _options = options.Value;
        _logger = logger;
    }

    /// <summary>Sends what is due.</summary>
    [AutomaticRetry(Attempts = 0)] // The next minute is the retry.
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_options.Url.Length == 0)
        {
            return;
        }

        if (await _outbox.AbandonAsync(_options.GiveUpAfter, cancellationToken) is var abandoned and > 0)
        {
            _logger.NewsAbandoned(abandoned, _options.GiveUpAfter);
        }

        for (var round = 0; round < MostRounds; round++)
        {
            var news = await _outbox.TakeDueAsync(PerRound, _options.RetryDelay, s_longestDelay, cancellationToken);
            if (news.Count == 0)
            {
                return;
            }

            // Side by side: a slow answer delays nobody else's news. Each has its own row.
            await Task.WhenAll(news.Select(entry => DeliverAsync(entry, cancellationToken)));
        }
    }

    private async Task DeliverAsync(AlertNews news, CancellationToken cancellationToken)
    {
        if (await _webhook.SendAsync(news, cancellationToken) is { } error)
        {
            await _outbox.FailedAsync(news.Id, error, cancellationToken);
            _logger.NewsNotDelivered(news.Row.Id, news.Event, news.Attempt, error);
        }
        else
        {
            await _outbox.DeliveredAsync(news.Id, cancellationToken);
            _logger.NewsDelivered(news.Row.Id, news.Event, news.Attempt);
        }
    }
}
