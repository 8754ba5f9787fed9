namespace Pipeline.Scoring.Metrics;

/// <summary>One gauge of the metrics page.</summary>
/// <param name="Name">Name, unit last.</param>
/// <param name="Help">What it is.</param>
/// <param name="Labels">Names of the labels, in the order of the columns.</param>
/// <param name="Sql">Label values as texts, and the number last; rows without a number are left out.</param>
internal sealed record MetricFamily(string Name, string Help, IReadOnlyList<string> Labels, string Sql)
{
    private static readonly string[] s_health = ["recipe", "embedder"];

    /// <summary>Whether it is about the delivery of alerts.</summary>
    public bool IsOfWebhook => Name.StartsWith("pipeline_alert_deliveries_", StringComparison.Ordinal);

    /// <summary>
    /// Everything on the page. Work is counted by the partial indexes over what is open or failed, never over what is done, so a scrape
    /// costs the same whatever the database holds.
    /// </summary>
    public static IReadOnlyList<MetricFamily> All { get; } =
    [
        new(
            "pipeline_alerts_open", "Open alerts.", ["rule", "subject", "severity", "acknowledged"],
            """
            select rule, subject, severity, (acknowledged_at is not null)::text, count(*)
            from pipeline.open_alerts group by 1, 2, 3, 4 order by 1, 2, 3, 4
            """),
        new(
            "pipeline_alert_deliveries_waiting", "News of alerts that the webhook has not got yet.", [],
            "select count(*) from pipeline.alert_deliveries where delivered_at is null and abandoned_at is null"),
        new(
            "pipeline_alert_deliveries_abandoned", "News of alerts that were given up.", [],
            "select count(*) from pipeline.alert_deliveries where abandoned_at is not null"),
        new(
            "pipeline_work_items_pending", "Texts that wait to be sent to a worker.", ["stage", "recipe"],
            """
            select r.stage, r.name, count(w.text_id)
            from pipeline.recipes r left join pipeline.work_items w on w.recipe_id = r.id and w.state = 'pending' and w.chunk_id is null
            group by 1, 2 order by 1, 2
            """),
        new(
            "pipeline_work_items_sent", "Texts in messages or in work.", ["queue"],
            "select queue, sum(size) from pipeline.chunks group by 1 order by 1"),
        new(
            "pipeline_work_items_failed", "Texts that ended without a result.", ["stage", "recipe", "state"],
            """
            select r.stage, r.name, w.state, count(*) from pipeline.work_items w join pipeline.recipes r on r.id = w.recipe_id
            where w.state in ('rejected', 'quarantined') group by 1, 2, 3 order by 1, 2, 3
            """),
        new("pipeline_summaries_unscored", "Summaries that wait for their scores.", [], "select count(*) from pipeline.unscored"),
        new(
            "pipeline_workers", "Workers heard of within the last minute.", ["queue"],
            "select queue, count(*) from pipeline.workers where heartbeat_at > now() - interval '1 minute' group by 1 order by 1"),
        new(
            "pipeline_worker_texts_per_second", "Texts per second of all workers of a queue.", ["queue"],
            "select queue, sum(texts_per_second) from pipeline.workers where heartbeat_at > now() - interval '1 minute' group by 1 order by 1"),
        Health("cosine_mean", "Mean cosine of text and summary of the latest summaries.", "cosine_mean"),
        Health("compression_mean", "Mean length of the latest summaries / length of their texts.", "compression_mean"),
        Health("alarm_share", "Share of the latest summaries beyond a limit.", "alarm_share"),
        Health("drift_share", "Share of the latest summaries whose cosine is below its limit.", "drift_share"),
        Health("compression_share", "Share of the latest summaries whose compression is beyond its limits.", "compression_share"),
        Health("samples", "Summaries that the other health figures are of.", "samples"),
        Health("age_seconds", "Time since the latest of these summaries was scored.", "extract(epoch from now() - newest_at)"),
        Health("baseline_cosine_mean", "Mean cosine of the baseline.", "baseline_cosine_mean"),
        Health("baseline_compression_mean", "Mean compression of the baseline.", "baseline_compression_mean"),
        Health("baseline_alarm_share", "Share of the baseline beyond a limit.", "baseline_alarm_share"),
    ];

    // Of several recipes of one name the newest that is at work: a page may have each set of labels once.
    private static MetricFamily Health(string name, string help, string column) => new(
        "pipeline_health_" + name, help, s_health,
        $"select distinct on (recipe, embedder) recipe, embedder, {column} from pipeline.health_now order by recipe, embedder, recipe_id desc, embedder_id desc");
}
