using System.Globalization;
using System.Text.Json;
using Pipeline.Storage.Alerts;
using Pipeline.Storage.Scores;

namespace Pipeline.Scoring.Health;

/// <summary>
/// Tells a recipe that has become worse from one that has a bad minute. A change counts when it is both large enough to matter and too
/// large for chance (standard errors of the difference of two shares or means, both samples of their own); it is over when half of it is
/// gone. What lies in between changes nothing, so an alert does not flap.
/// </summary>
internal sealed class DegradationRules(DegradationOptions options)
{
    /// <summary>The share of summaries beyond their limits has risen.</summary>
    public const string AlarmShare = "alarm-share";

    /// <summary>The mean cosine of text and summary has fallen.</summary>
    public const string Drift = "drift";

    /// <summary>The mean length of the summaries has changed.</summary>
    public const string Compression = "compression";

    /// <summary>Too many texts get no summary.</summary>
    public const string FailedShare = "failed-share";

    private const double ResolvedPart = 0.5;

    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Every rule's name.</summary>
    public static IReadOnlyList<string> All { get; } = [AlarmShare, Drift, Compression, FailedShare];

    /// <summary>What the rules say of a window.</summary>
    public IEnumerable<Finding> Judge(HealthWindow window)
    {
        var latest = window.Latest;
        if (latest.Samples < options.MinSamples)
        {
            yield break;
        }

        if (window.Baseline is not { } before)
        {
            yield return Find(
                window, AlarmShare, latest.AlarmShare, 0, options.MaxAlarmShare, double.PositiveInfinity,
                $"{Percent(latest.AlarmShare)} of the latest {latest.Samples} summaries of {window.Recipe} are beyond their limits as {window.Embedder} "
                + "sees them. If they are right, calibrate the limits.",
                $"{window.Recipe} 最近 {latest.Samples} 条摘要中有 {Percent(latest.AlarmShare)} 超出限值（余弦由 {window.Embedder} 计算）。如果这些摘要没有问题，请校准限值。");
            yield break;
        }

        yield return Find(
            window, AlarmShare, latest.AlarmShare, before.AlarmShare, options.AlarmShareRise,
            (latest.AlarmShare - before.AlarmShare) / ShareError(latest, before),
            $"{Percent(latest.AlarmShare)} of the latest {latest.Samples} summaries of {window.Recipe} are beyond their limits as {window.Embedder} "
            + $"sees them, {Percent(before.AlarmShare)} were in the baseline.",
            $"{window.Recipe} 最近 {latest.Samples} 条摘要中有 {Percent(latest.AlarmShare)} 超出限值（余弦由 {window.Embedder} 计算），基线为 {Percent(before.AlarmShare)}。");
        if (latest is { CosineMean: { } now, CosineStdev: { } spread } && before is { CosineMean: { } then, CosineStdev: { } spreadThen }
            && latest.CosineSamples >= options.MinSamples)
        {
            yield return Find(
                window, Drift, then - now, 0, options.CosineFall,
                (then - now) / MeanError(spread, latest.CosineSamples, spreadThen, before.CosineSamples),
                $"The mean cosine of text and summary of {window.Recipe} as {window.Embedder} sees it has fallen from {Number(then)} to {Number(now)}.",
                $"{window.Recipe} 的正文与摘要的平均余弦（由 {window.Embedder} 计算）从 {Number(then)} 降到 {Number(now)}。");
        }

        var change = Math.Abs(latest.CompressionMean - before.CompressionMean);
        yield return Find(
            window, Compression, change / before.CompressionMean, 0, options.CompressionChange,
            change / MeanError(latest.CompressionStdev, latest.Samples, before.CompressionStdev, before.Samples),
            $"The mean length of the summaries of {window.Recipe} has changed from {Percent(before.CompressionMean)} to "
            + $"{Percent(latest.CompressionMean)} of their texts.",
            $"{window.Recipe} 的摘要平均长度从正文的 {Percent(before.CompressionMean)} 变为 {Percent(latest.CompressionMean)}。");
    }

    /// <summary>What the rule about failures says.</summary>
    public Finding? Judge(SettledCounts counts)
    {
        var settled = counts.Done + counts.Failed;
        if (settled < options.MinSamples)
        {
            return null;
        }

        var share = (double)counts.Failed / settled;
        var verdict = Decide(share, options.MaxFailedShare, double.PositiveInfinity);
        return new Finding(FailedShare, counts.Recipe, verdict, verdict != Verdict.Breach ? null : new Alert(
            FailedShare, counts.Recipe, AlertSeverity.Critical,
            $"{Percent(share)} of {settled} texts got no summary of {counts.Recipe} within {options.FailurePeriod.TotalMinutes:0.#} minutes.",
            $"""
            select failed_at, step, state, error_code, error_reason, batch, line, id from pipeline.failures
            where recipe = '{counts.Recipe.Replace("'", "''", StringComparison.Ordinal)}' order by failed_at desc limit 200
            """)
        {
            Chinese = $"{options.FailurePeriod.TotalMinutes:0.#} 分钟内 {settled} 条文本中有 {Percent(share)} 没有得到 {counts.Recipe} 的摘要。",
            Value = share,
            Threshold = options.MaxFailedShare,
            Detail = JsonSerializer.Serialize(new { counts.Done, counts.Failed }, s_json),
        });
    }

    private Finding Find(HealthWindow window, string rule, double value, double origin, double allowed, double standardErrors, string message, string chinese)
    {
        var subject = $"{window.Recipe}/{window.Embedder}";
        var verdict = Decide(value - origin, allowed, standardErrors);
        return new Finding(rule, subject, verdict, verdict != Verdict.Breach ? null : new Alert(
            rule, subject, window.Baseline is null ? AlertSeverity.Warning : AlertSeverity.Critical, message,
            $"""
            select h.scored_at, h.cosine, h.compression, h.drift_alarm, h.compression_alarm, t.body as text, s.body as summary
            from pipeline.health_scores h join pipeline.texts t on t.id = h.text_id join pipeline.texts s on s.id = h.summary_text_id
            where h.recipe_id = {window.RecipeId} and h.embedder_id = {window.EmbedderId}
            order by h.scored_at desc, h.text_id desc limit {options.Window}
            """)
        {
            Chinese = chinese,
            Value = value,
            Threshold = origin + allowed,
            Detail = JsonSerializer.Serialize(
                new { window.RecipeId, window.EmbedderId, window.Latest, window.Baseline, StandardErrors = double.IsFinite(standardErrors) ? standardErrors : (double?)null },
                s_json),
        });
    }

    private Verdict Decide(double value, double allowed, double standardErrors) =>
        value >= allowed && standardErrors >= options.MinStandardErrors ? Verdict.Breach
        : value < allowed * ResolvedPart ? Verdict.Clear
        : Verdict.Undecided;

    // By the pooled share: neither sample alone may claim certainty because it happens to have no alarm, or nothing else.
    private static double ShareError(HealthFigures a, HealthFigures b)
    {
        var pooled = ((a.AlarmShare * a.Samples) + (b.AlarmShare * b.Samples)) / (a.Samples + b.Samples);
        return Math.Sqrt(pooled * (1 - pooled) * ((1.0 / a.Samples) + (1.0 / b.Samples)));
    }

    private static double MeanError(double a, long samplesA, double b, long samplesB) => Math.Sqrt((a * a / samplesA) + (b * b / samplesB));

    private static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
