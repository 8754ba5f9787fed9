using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Finds documents. Look-ups by key, so a page costs the same however large the batch is.</summary>
internal sealed class DocumentQueries(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const int PageSize = 25;

    // States are derived and texts have no index that would help with two Chinese characters, so a filter reads lines in order. One page
    // spends this long on it; the next goes on where it stopped.
    private const int Window = 2000;
    private static readonly TimeSpan s_budget = TimeSpan.FromMilliseconds(150);

    /// <summary>The newest batches of one tenant, or of all with null, and the one that a link names, however old it is.</summary>
    public async Task<IReadOnlyList<BatchName>> BatchesAsync(string? tenant, string? named, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select id, tenant, name from pipeline.batches
            where ($1::text is null or tenant = $1)
                and (id = $2 or id in (select id from pipeline.batches where $1::text is null or tenant = $1 order by id desc limit 200))
            order by id desc
            """);
        command.Parameters.Add(Text(tenant));
        command.Parameters.Add(new() { Value = long.TryParse(named, CultureInfo.InvariantCulture, out var id) ? id : 0 });
        return await command.ListAsync(row => new BatchName(row.GetInt64(0), row.GetString(1), row.GetString(2)), cancellationToken);
    }

    /// <summary>The batch that a link names by its id, or the first of <paramref name="newest"/> when it names none; null when there is no such batch.</summary>
    public async Task<BatchName?> ChooseAsync(string? named, IReadOnlyList<BatchName> newest, string? tenant, CancellationToken cancellationToken) =>
        string.IsNullOrEmpty(named) ? (newest is [var first, ..] ? first : null)
        : long.TryParse(named, CultureInfo.InvariantCulture, out var id) ? await BatchAsync(id, tenant, cancellationToken)
        : null;

    /// <summary>How many lines of a batch were refused at ingest; they have no documents.</summary>
    public async Task<long> RefusedAsync(long batchId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select count(*) from pipeline.batch_rejects where batch_id = $1");
        command.Parameters.Add(new() { Value = batchId });
        return (await command.ListAsync(row => row.GetInt64(0), cancellationToken))[0];
    }

    /// <summary>The batch with this id, or null when there is none or it is another tenant's (null: anybody's).</summary>
    public async Task<BatchName?> BatchAsync(long id, string? tenant, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "select id, tenant, name from pipeline.batches where id = $1 and ($2::text is null or tenant = $2)");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(Text(tenant));
        return (await command.ListAsync(row => new BatchName(row.GetInt64(0), row.GetString(1), row.GetString(2)), cancellationToken)).SingleOrDefault();
    }

    /// <summary>Names of a batch's recipes.</summary>
    public async Task<IReadOnlyList<string>> RecipesAsync(long batchId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select r.name from pipeline.batch_recipes b join pipeline.recipes r on r.id = b.recipe_id where b.batch_id = $1 order by r.name
            """);
        command.Parameters.Add(new() { Value = batchId });
        return await command.ListAsync(row => row.GetString(0), cancellationToken);
    }

    /// <summary>One page of a batch in input order.</summary>
    public async Task<FoundDocuments> ListAsync(DocumentFilter filter, CancellationToken cancellationToken)
    {
        if (filter.Id is not null)
        {
            return new FoundDocuments(await WithIdAsync(filter, cancellationToken), Next: null, SearchedTo: null);
        }

        var started = time.GetTimestamp();
        var last = await LastLineAsync(filter.BatchId, cancellationToken);
        var rows = new List<DocumentRow>();
        var after = filter.After ?? new DocumentKey(0, Recipe: null);
        while (after.Line < last || after.Recipe is not null)
        {
            var end = after.Line + Window;
            rows.AddRange(await WindowAsync(filter, after, end, PageSize + 1 - rows.Count, cancellationToken));
            if (rows.Count > PageSize)
            {
                rows.RemoveAt(PageSize);
                return new FoundDocuments(rows, new DocumentKey(rows[^1].Line, rows[^1].Recipe), SearchedTo: null);
            }

            after = new DocumentKey(end, Recipe: null);
            if (end < last && time.GetElapsedTime(started) > s_budget)
            {
                return new FoundDocuments(rows, after, end);
            }
        }

        return new FoundDocuments(rows, Next: null, SearchedTo: null);
    }

    /// <summary>One line under every recipe; empty when the batch has no such accepted line, or is another tenant's (null: anybody's).</summary>
    public async Task<IReadOnlyList<DocumentResult>> FindAsync(long batchId, long line, string? tenant, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select recipe, state, is_latest, batch, tenant, source, id, text, reference, summary, finish_reason, coalesce(truncated, false),
                   cosine, compression, coalesce(drift_alarm, false), coalesce(compression_alarm, false), rouge_signature,
                   rouge1_f, rouge2_f, rougel_f, rougelsum_f, error, summarized_at, coalesce(flags, '{}'),
                   source_tokens, read_tokens, prompt_tokens, output_tokens,
                   (select c.category from pipeline.line_categories c where c.batch_id = $1 and c.line = $2)
            from pipeline.results where batch_id = $1 and line = $2 and ($3::text is null or tenant = $3) order by recipe
            """);
        command.Parameters.Add(new() { Value = batchId });
        command.Parameters.Add(new() { Value = line });
        command.Parameters.Add(Text(tenant));
        return await command.ListAsync(
            row => new DocumentResult(
                row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6),
                row.GetString(7), row.Text(8), row.Text(9), row.Text(10), row.GetBoolean(11), row.Maybe<double>(12), row.Maybe<double>(13),
                row.GetBoolean(14), row.GetBoolean(15), row.Text(16), row.Maybe<double>(17), row.Maybe<double>(18), row.Maybe<double>(19),
                row.Maybe<double>(20), row.Text(21), row.Maybe<DateTimeOffset>(22), row.GetFieldValue<string[]>(23), row.Maybe<int>(24),
                row.Maybe<int>(25), row.Maybe<int>(26), row.Maybe<int>(27), row.Text(28)),
            cancellationToken);
    }

    /// <summary>Text statistics of one line under every recipe that is scored.</summary>
    public async Task<IReadOnlyList<DocumentStatistics>> StatisticsAsync(long batchId, long line, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select recipe, unsupported::text, failures, coverage, facts, fact_precision from pipeline.text_scores where batch_id = $1 and line = $2
            """);
        command.Parameters.Add(new() { Value = batchId });
        command.Parameters.Add(new() { Value = line });
        return await command.ListAsync(
            row => new DocumentStatistics(
                row.GetString(0), JsonSerializer.Deserialize<MarkedPlace[]>(row.GetString(1), JsonSerializerOptions.Web) ?? [],
                row.GetFieldValue<string[]>(2), row.GetDouble(3), row.GetInt32(4), row.Maybe<double>(5)),
            cancellationToken);
    }

    /// <summary>The embedder and the recipes of a batch, as they are stored.</summary>
    public async Task<IReadOnlyList<RecipeUse>> ProvenanceAsync(long batchId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select name, stage, engine, encode(sha256, 'hex'), jsonb_pretty(definition) from pipeline.recipes
            where id in (select recipe_id from pipeline.batch_recipes where batch_id = $1
                         union select embedder_id from pipeline.batches where id = $1)
            order by stage desc, name
            """);
        command.Parameters.Add(new() { Value = batchId });
        return await command.ListAsync(
            row => new RecipeUse(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4)), cancellationToken);
    }

    private async Task<long> LastLineAsync(long batchId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select coalesce(max(line), 0) from pipeline.batch_items where batch_id = $1");
        command.Parameters.Add(new() { Value = batchId });
        return (await command.ListAsync(row => row.GetInt64(0), cancellationToken))[0];
    }

    private Task<IReadOnlyList<DocumentRow>> WindowAsync(
        DocumentFilter filter, DocumentKey after, long end, int limit, CancellationToken cancellationToken) => ReadAsync(
        """
        batch_id = $1 and line >= $5 and line <= $7 and (line > $5 or recipe > $6)
        and ($4::text is null or strpos(lower(text), lower($4)) > 0 or strpos(lower(summary), lower($4)) > 0)
        and ($9::text is null
             or line in (select c.line from pipeline.line_categories c where c.batch_id = $1 and c.line between $5 and $7 and c.category = $9))
        order by line, recipe limit $8
        """,
        filter,
        [
            Text(filter.Text), new() { Value = after.Line }, Text(after.Recipe), new() { Value = end }, new() { Value = (long)limit }, Text(filter.Category),
        ],
        cancellationToken);

    // The lines first: an id is found by the index of the documents, a line by that of the batch. The view joins so many tables that the planner,
    // asked for the id, would go through the whole batch.
    private async Task<IReadOnlyList<DocumentRow>> WithIdAsync(DocumentFilter filter, CancellationToken cancellationToken) => await ReadAsync(
        """
        batch_id = $1 and line = any($4)
        and ($5::text is null or strpos(lower(text), lower($5)) > 0 or strpos(lower(summary), lower($5)) > 0)
        order by line, recipe
        """,
        filter, [new() { Value = await LinesAsync(filter, cancellationToken) }, Text(filter.Text)], cancellationToken);

    // Tenant and source are the batch's.
    private async Task<long[]> LinesAsync(DocumentFilter filter, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select i.line
            from pipeline.batches b
            join pipeline.documents d on d.tenant = b.tenant and d.source = b.source and d.external_id = $2
            join pipeline.batch_items i on i.document_id = d.id and i.batch_id = b.id
            where b.id = $1 and ($3::text is null or d.category = $3) order by i.line limit 500
            """);
        command.Parameters.Add(new() { Value = filter.BatchId });
        command.Parameters.Add(Text(filter.Id));
        command.Parameters.Add(Text(filter.Category));
        return [.. await command.ListAsync(row => row.GetInt64(0), cancellationToken)];
    }

    private async Task<IReadOnlyList<DocumentRow>> ReadAsync(
        string condition, DocumentFilter filter, IEnumerable<NpgsqlParameter> parameters, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            select line, id, recipe, state, left(text, 200), left(summary, 200), cosine, compression, rougel_f,
                   coalesce(drift_alarm, false), coalesce(compression_alarm, false), coalesce(flags, '{"{}"}')
            from pipeline.results where ($2::text is null or recipe = $2) and ($3::text is null or state = $3) and {condition}
            """);
        command.Parameters.Add(new() { Value = filter.BatchId });
        command.Parameters.Add(Text(filter.Recipe));
        command.Parameters.Add(Text(filter.State));
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return await command.ListAsync(
            row => new DocumentRow(
                row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.Text(5), row.Maybe<double>(6),
                row.Maybe<double>(7), row.Maybe<double>(8), row.GetBoolean(9), row.GetBoolean(10), row.GetFieldValue<string[]>(11)),
            cancellationToken);
    }

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
