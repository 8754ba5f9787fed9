using Hangfire;
using Microsoft.Extensions.Options;
using Pipeline.Scoring.Health;
using Pipeline.Storage.Alerts;
using Pipeline.Storage.Scores;

namespace Pipeline.Scoring.Jobs;

/// <summary>
/// Looks at the latest summaries of every recipe once a minute, raises an alert where they have become worse than the baseline, and
/// resolves it when that is over; news go out at once. Everything it writes may be written twice.
/// </summary>
public sealed class WatchHealthJob(
    HealthMonitor monitor, AlertLedger alerts, DeliverAlertsJob delivery, IOptions<DegradationOptions> options, ILogger<WatchHealthJob> logger)
{
    private const string Tenant = "default";

    /// <summary>One look.</summary>
    [AutomaticRetry(Attempts = 0)] // The next minute is the retry.
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        var rules = new DegradationRules(settings);
        var news = 0;
        await monitor.PinBaselinesAsync(settings.Baseline, cancellationToken);
        foreach (var window in await monitor.ReadWindowsAsync(settings.Window, settings.MaxAge, cancellationToken))
        {
            foreach (var finding in rules.Judge(window))
            {
                news += await TellAsync(finding, cancellationToken);
            }
        }

        foreach (var counts in await monitor.ReadSettledAsync(settings.FailurePeriod, cancellationToken))
        {
            if (rules.Judge(counts) is { } finding)
            {
                news += await TellAsync(finding, cancellationToken);
            }
        }

        news += await alerts.ResolveUnseenAsync(Tenant, DegradationRules.All, settings.MaxAge, cancellationToken);
        if (news > 0)
        {
            await delivery.RunAsync(cancellationToken);
        }
    }

    /// <summary>Raises or resolves.</summary>
    /// <returns>The news that this is: 0 or 1.</returns>
    private async Task<int> TellAsync(Finding finding, CancellationToken cancellationToken)
    {
        if (finding.Alert is { } alert)
        {
            if (await alerts.RaiseAsync(alert, cancellationToken) is { IsNew: true, Id: var id })
            {
                logger.AlertOpened(id, alert.Rule, alert.Subject, alert.Message);
                return 1;
            }
        }
        else if (finding.Verdict == Verdict.Clear && await alerts.ResolveAsync(Tenant, finding.Rule, finding.Subject, cancellationToken))
        {
            logger.AlertResolved(finding.Rule, finding.Subject);
            return 1;
        }

        return 0;
    }
}
