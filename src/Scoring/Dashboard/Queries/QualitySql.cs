namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>What the quality page is drawn from: queries over the documented views, shown on the page as they run. <c>$1</c> is the batch.</summary>
internal static class QualitySql
{
    /// <summary>ROUGE of the batch's recipes; signatures stay apart.</summary>
    public const string Rouge = """
        select rouge_signature, recipe, documents, rouge1_f, rouge2_f, rougel_f, rougelsum_f
        from pipeline.rouge_by_recipe
        where batch_id = $1
        order by rouge_signature, recipe
        """;

    /// <summary>ROUGE of the newest batches by day; signatures stay apart. <c>$1</c> is the tenant, or null for all.</summary>
    public const string OverTime = """
        select day, batch_id, batch, recipe, rouge_signature, pairs, rougel_f, rougel_margin
        from pipeline.rouge_daily
        where batch_id = any(array(select id from pipeline.batches where $1::text is null or tenant = $1 order by id desc limit 30))
        order by rouge_signature, day, batch_id, recipe
        """;

    /// <summary>How many summaries have which cosine, in steps of 0.05.</summary>
    public const string Cosine = """
        select recipe, floor(least(greatest(cosine, 0), 0.999) * 20)::int as step,
               count(*) filter (where not drift_alarm) as within, count(*) filter (where drift_alarm) as alarms
        from pipeline.results
        where batch_id = $1 and cosine is not null
        group by recipe, step
        order by recipe, step
        """;

    /// <summary>How many summaries have which compression, in steps of 0.05; the last step takes everything from 0.95.</summary>
    public const string Compression = """
        select recipe, floor(least(compression, 0.999) * 20)::int as step,
               count(*) filter (where not compression_alarm) as within, count(*) filter (where compression_alarm) as alarms
        from pipeline.results
        where batch_id = $1 and compression is not null
        group by recipe, step
        order by recipe, step
        """;

    /// <summary>Alarms by day, all batches together.</summary>
    public const string Daily = """
        select day, recipe, embedder, summaries, cosine_mean, compression_mean, drift_alarms, compression_alarms
        from pipeline.health_daily
        where day > (now() at time zone 'UTC')::date - 30
        order by day, recipe, embedder
        """;
}
