using System.Text.RegularExpressions;
using Pipeline.Scoring.Health;
using Pipeline.Storage.Alerts;
using Pipeline.Storage.Scores;

namespace Pipeline.Scoring.Tests.Health;

public sealed class DegradationRulesTests
{
    private static readonly HealthFigures s_before = new(500, 500, 0.70, 0.08, 0.25, 0.08, 0.02);
    private static readonly DegradationRules s_rules = new(new DegradationOptions());

    [Theory]
    [InlineData(0.02, 0.70, 0.25, "")]
    // Half of the allowed change is where it is over.
    [InlineData(0.08, 0.67, 0.25, "")]
    [InlineData(0.13, 0.70, 0.25, "alarm-share")]
    [InlineData(0.02, 0.64, 0.25, "drift")]
    [InlineData(0.02, 0.70, 0.34, "compression")]
    [InlineData(0.02, 0.70, 0.16, "compression")]
    [InlineData(0.90, 0.10, 0.02, "alarm-share drift compression")]
    [InlineData(0.00, 0.90, 0.25, "")]
    public void A_change_that_is_large_and_beyond_chance_is_a_breach(double alarms, double cosine, double compression, string rules)
    {
        var findings = Judge(new HealthFigures(200, 200, cosine, 0.08, compression, 0.08, alarms));

        Assert.Equal(3, findings.Count);
        Assert.Equal(rules, string.Join(' ', findings.Where(finding => finding.Verdict == Verdict.Breach).Select(finding => finding.Rule)));
        Assert.All(findings, finding => Assert.Equal(finding.Verdict == Verdict.Breach, finding.Alert is not null));
    }

    [Theory]
    // 4 of 30 against 2 %: eleven points more, and still what chance does.
    [InlineData(30, 0.133, "Undecided")]
    [InlineData(200, 0.133, "Breach")]
    [InlineData(200, 0.069, "Clear")]
    [InlineData(200, 0.071, "Undecided")]
    public void Between_the_limits_nothing_changes(long samples, double share, string verdict)
    {
        var finding = Judge(s_before with { Samples = samples, CosineSamples = samples, AlarmShare = share })[0];

        Assert.Equal((DegradationRules.AlarmShare, verdict), (finding.Rule, finding.Verdict.ToString()));
    }

    [Fact]
    public void Too_few_summaries_say_nothing() => Assert.Empty(Judge(s_before with { Samples = 29, AlarmShare = 1 }));

    [Fact]
    public void Without_a_baseline_only_very_many_alarms_are_told_and_calibrating_is_advised()
    {
        var many = Assert.Single(Judge(s_before with { Samples = 60, AlarmShare = 0.6 }, hasBaseline: false));
        var some = Assert.Single(Judge(s_before with { Samples = 60, AlarmShare = 0.4 }, hasBaseline: false));

        Assert.Equal((Verdict.Breach, AlertSeverity.Warning), (many.Verdict, many.Alert!.Severity));
        Assert.Contains("calibrate", many.Alert.Message, StringComparison.Ordinal);
        Assert.Equal(Verdict.Undecided, some.Verdict);
    }

    [Fact]
    public void Summaries_without_a_cosine_can_not_drift_but_can_be_too_long()
    {
        var findings = Judge(new HealthFigures(200, 0, null, null, 0.9, 0.1, 1));

        Assert.Equal([DegradationRules.AlarmShare, DegradationRules.Compression], findings.Select(finding => finding.Rule));
        Assert.All(findings, finding => Assert.Equal(Verdict.Breach, finding.Verdict));
    }

    [Fact]
    public void A_figure_that_never_varied_breaches_as_soon_as_it_changes_enough()
    {
        // A fallback to copying: no spread at all, where a standard error would be zero.
        var finding = Judge(s_before with { CompressionMean = 1, CompressionStdev = 0 }, s_before with { CompressionStdev = 0 })[^1];

        Assert.Equal((DegradationRules.Compression, Verdict.Breach), (finding.Rule, finding.Verdict));
        Assert.Contains("\"standard_errors\":null", finding.Alert!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 0, "Clear")]
    [InlineData(97, 3, "Undecided")]
    [InlineData(90, 10, "Breach")]
    [InlineData(0, 30, "Breach")]
    public void Failures_are_a_share_of_what_was_settled(long done, long failed, string verdict)
    {
        var finding = s_rules.Judge(new SettledCounts("it's", done, failed));

        Assert.Equal(verdict, finding!.Verdict.ToString());
        Assert.True(finding.Alert is null || finding.Alert.Query.Contains("'it''s'", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_alert_says_the_same_figures_in_both_languages()
    {
        var alerts = Judge(new HealthFigures(200, 200, 0.10, 0.08, 0.02, 0.08, 0.9)).Append(s_rules.Judge(new SettledCounts("r", 10, 90))!)
            .Concat(Judge(s_before with { Samples = 60, AlarmShare = 0.6 }, hasBaseline: false)).Select(finding => finding.Alert!).ToList();

        Assert.Equal(5, alerts.Count);
        Assert.All(alerts, alert =>
        {
            Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", alert.Chinese);
            Assert.Equal(Figures(alert.Message), Figures(alert.Chinese!));
        });

        static IEnumerable<string> Figures(string sentence) => Regex.Matches(sentence, @"\d+(\.\d+)?").Select(match => match.Value).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void A_handful_of_failures_says_nothing() => Assert.Null(s_rules.Judge(new SettledCounts("r", 0, 29)));

    private static List<Finding> Judge(HealthFigures latest, HealthFigures? before = null, bool hasBaseline = true) =>
        [.. s_rules.Judge(new HealthWindow(1, "r", 2, "e", latest, hasBaseline ? before ?? s_before : null))];
}
