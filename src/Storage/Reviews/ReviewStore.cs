using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Reviews;

/// <summary>Makes, lists, closes and removes blind reviews.</summary>
public sealed class ReviewStore(NpgsqlDataSource dataSource)
{
    /// <summary>Most recipes of a review: more summaries of one text are not told apart.</summary>
    public const int MaxRecipes = 8;

    // Documents that all recipes have summarised, in an order that the seed decides. A text that comes twice counts once.
    private const string Drawn = """
        select text_id, line, row_number() over (order by hashtextextended(text_id::text, $4), text_id) as document
        from (select text_id, min(line) as line from pipeline.batch_lines
              where batch_id = $2 and recipe_id = any($3) and summary_text_id is not null
              group by text_id having count(distinct recipe_id) = cardinality($3)) candidate
        order by document limit $5
        """;

    /// <summary>Draws documents and shuffles the summaries of each.</summary>
    /// <exception cref="PipelineStorageException">The name is taken, or the batch has fewer such documents; the message says how many.</exception>
    public async Task<ReviewRow> CreateAsync(ReviewDraft draft, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var head = new NpgsqlCommand(
            "insert into pipeline.reviews (tenant, name, batch_id, batch, seed) select tenant, $1, id, name, $3 from pipeline.batches where id = $2 on conflict (name) do nothing returning id",
            connection)
        {
            Parameters = { new() { Value = draft.Name }, new() { Value = draft.BatchId }, new() { Value = draft.Seed } },
        };
        if (await head.ExecuteScalarAsync(cancellationToken) is not long review)
        {
            throw new PipelineStorageException($"There is a review '{draft.Name}'. Give this one another name with --name, or remove that one.");
        }

        await using var documents = new NpgsqlCommand($"""
            with drawn as materialized ({Drawn}), document as (
                insert into pipeline.review_documents (review_id, document, line, external_id, body)
                select $1, w.document, w.line, d.external_id, t.body
                from drawn w join pipeline.batch_items bi on bi.batch_id = $2 and bi.line = w.line
                join pipeline.documents d on d.id = bi.document_id join pipeline.texts t on t.id = w.text_id
                returning document),
            summary as (
                insert into pipeline.review_summaries (review_id, document, label, recipe_id, body)
                select $1, w.document,
                       chr(64 + (row_number() over (partition by w.document order by hashtextextended(s.recipe_id || '/' || w.text_id, $4), s.recipe_id))::int),
                       s.recipe_id, t.body
                from drawn w join document using (document)
                join pipeline.summaries s on s.text_id = w.text_id and s.recipe_id = any($3) join pipeline.texts t on t.id = s.summary_text_id)
            select count(*) from drawn
            """, connection)
        {
            Parameters =
            {
                new() { Value = review }, new() { Value = draft.BatchId }, new() { Value = draft.RecipeIds.ToArray() }, new() { Value = draft.Seed },
                new() { Value = (long)draft.Documents },
            },
        };
        var drawn = (long)(await documents.ExecuteScalarAsync(cancellationToken) ?? 0L);
        if (drawn < draft.Documents)
        {
            throw new PipelineStorageException(drawn == 0
                ? "No document of the batch has a summary by each of these recipes yet; './pipeline status' shows how far it is."
                : $"Only {drawn} documents of the batch have a summary by each of these recipes; ask for --documents {drawn} or fewer.");
        }

        await transaction.CommitAsync(cancellationToken);
        return await FindAsync(draft.Name, cancellationToken);
    }

    /// <summary>The reviews of one tenant, or of all with null, newest first.</summary>
    public Task<IReadOnlyList<ReviewRow>> ListAsync(string? tenant, CancellationToken cancellationToken) => ReadAsync(tenant, null, null, cancellationToken);

    /// <summary>The review of this id; null when there is none, or it is another tenant's (null: anybody's).</summary>
    public async Task<ReviewRow?> FindAsync(long id, string? tenant, CancellationToken cancellationToken) =>
        (await ReadAsync(tenant, null, id, cancellationToken)).SingleOrDefault();

    /// <summary>Finds a review by name or id.</summary>
    /// <exception cref="PipelineStorageException">There is none.</exception>
    public async Task<ReviewRow> FindAsync(string nameOrId, CancellationToken cancellationToken)
    {
        var named = await ReadAsync(null, nameOrId, null, cancellationToken);
        return named.SingleOrDefault()
            ?? (long.TryParse(nameOrId, out var id) ? await FindAsync(id, tenant: null, cancellationToken) : null)
            ?? throw new PipelineStorageException($"There is no review '{nameOrId}'; './pipeline review list' shows them all.");
    }

    /// <summary>Ends the rating. Closing again changes nothing.</summary>
    public Task CloseAsync(long review, CancellationToken cancellationToken) =>
        ExecuteAsync("update pipeline.reviews set closed_at = coalesce(closed_at, now()) where id = $1", review, cancellationToken);

    /// <summary>Removes a review with its copies of texts and its ratings.</summary>
    public Task RemoveAsync(long review, CancellationToken cancellationToken) =>
        ExecuteAsync("delete from pipeline.reviews where id = $1", review, cancellationToken);

    private async Task ExecuteAsync(string sql, long review, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.Add(new() { Value = review });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<ReviewRow>> ReadAsync(string? tenant, string? name, long? id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select v.id, v.name, v.batch_id, v.batch, (select count(*)::int from pipeline.review_documents d where d.review_id = v.id),
                   (select count(*)::int from pipeline.review_summaries s where s.review_id = v.id and s.document = 1),
                   v.created_at, v.closed_at, p.reviewers, p.documents
            from pipeline.reviews v
            left join lateral (
                select array_agg(reviewer order by reviewer) as reviewers, array_agg(documents order by reviewer) as documents
                from (select reviewer, count(distinct document)::int as documents from pipeline.ratings g where g.review_id = v.id group by 1) x) p on true
            where ($1::text is null or v.name = $1) and ($2::bigint is null or v.id = $2) and ($3::text is null or v.tenant = $3)
            order by v.id desc
            """);
        command.Parameters.Add(new() { Value = (object?)name ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = (object?)tenant ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        var rows = new List<ReviewRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var reviewers = reader.IsDBNull(8)
                ? []
                : reader.GetFieldValue<string[]>(8).Zip(reader.GetFieldValue<int[]>(9), (reviewer, count) => new ReviewerProgress(reviewer, count)).ToArray();
            rows.Add(new ReviewRow(
                reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3), reader.GetInt32(4), reader.GetInt32(5), reviewers,
                reader.GetFieldValue<DateTimeOffset>(6), reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7)));
        }

        return rows;
    }
}
