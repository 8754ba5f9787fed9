using System.Globalization;
using Npgsql;
using Pgvector;

namespace Pipeline.Storage.Search;

/// <summary>Finds the texts nearest to a vector, by the embedder's index or by comparing all.</summary>
public sealed class SearchReader(NpgsqlDataSource dataSource)
{
    // Whoever asks for more than the index gives in one go gets more of it, up to a limit of pgvector; the exact way is behind that.
    // Plans other than "follow the index, look the documents up" would sort every vector.
    private const string Settings = """
        select set_config('hnsw.ef_search', $1, true), set_config('hnsw.iterative_scan', 'relaxed_order', true),
               set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
               set_config('jit', 'off', true)
        """;

    /// <summary>The nearest texts of documents in a scope.</summary>
    /// <param name="embedderId">The embedder that made the query's vector; it must have been registered.</param>
    /// <param name="query">The query's vector.</param>
    /// <param name="scope">The documents to look at.</param>
    /// <param name="tuning">How.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<SearchCandidates> NearestAsync(
        int embedderId, float[] query, SearchScope scope, SearchTuning tuning, CancellationToken cancellationToken)
    {
        var vector = new HalfVector(Array.ConvertAll(query, value => (Half)value));
        if (await IsSmallAsync(scope, tuning.ExactLimit, cancellationToken) || !await HasIndexAsync(embedderId, cancellationToken))
        {
            return new(await ExactAsync(embedderId, vector, scope, tuning, cancellationToken), IsExact: true);
        }

        var found = await ByIndexAsync(embedderId, vector, scope, tuning, cancellationToken);
        return found.Count >= tuning.Candidates
            ? new(found, IsExact: false)
            : new(await ExactAsync(embedderId, vector, scope, tuning, cancellationToken), IsExact: true);
    }

    /// <summary>What a search shows of texts.</summary>
    /// <param name="textIds">The texts.</param>
    /// <param name="scope">The documents that count.</param>
    /// <param name="recipe">Only summaries of this recipe; null for the newest of any.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>By text; texts that no document in the scope has any more are missing.</returns>
    public async Task<IReadOnlyDictionary<long, SearchDocument>> DocumentsAsync(
        IReadOnlyList<long> textIds, SearchScope scope, string? recipe, CancellationToken cancellationToken)
    {
        var where = new ScopeSql(scope, first: 4);
        await using var command = dataSource.CreateCommand($"""
            select distinct on (d.text_id) d.text_id, d.external_id, d.source, i.batch_id, b.name, i.line, d.accepted_at, t.body, s.name, s.body, d.category
            from pipeline.documents d
            join pipeline.texts t on t.id = d.text_id
            join lateral (select batch_id, line from pipeline.batch_items where document_id = d.id and ($2::bigint is null or batch_id = $2)
                          order by batch_id desc, line limit 1) i on true
            join pipeline.batches b on b.id = i.batch_id
            left join lateral (select r.name, st.body from pipeline.summaries s
                               join pipeline.recipes r on r.id = s.recipe_id
                               join pipeline.texts st on st.id = s.summary_text_id
                               where s.text_id = d.text_id and ($3::text is null or r.name = $3)
                               order by s.created_at desc, s.recipe_id desc limit 1) s on true
            where d.text_id = any($1) and {where.Condition}
            order by d.text_id, d.last_batch_id desc, d.id desc
            """);
        command.Parameters.Add(new() { Value = textIds.ToArray() });
        command.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = scope.BatchId });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = recipe });
        where.AddTo(command.Parameters);
        var documents = new Dictionary<long, SearchDocument>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            documents.Add(reader.GetInt64(0), new SearchDocument(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetString(4), reader.GetInt64(5),
                reader.GetFieldValue<DateTimeOffset>(6), reader.GetString(7), reader.IsDBNull(8) ? null : reader.GetString(8),
                reader.IsDBNull(9) ? null : reader.GetString(9), reader.IsDBNull(10) ? null : reader.GetString(10)));
        }

        return documents;
    }

    /// <summary>The embedder that a batch was embedded with, or the tenant's newest batch; null when there is none.</summary>
    public async Task<int?> EmbedderAsync(string tenant, long? batchId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select embedder_id from pipeline.batches where tenant = $1 and ($2::bigint is null or id = $2) order by id desc limit 1
            """);
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = batchId });
        return (int?)await command.ExecuteScalarAsync(cancellationToken);
    }

    private async Task<bool> IsSmallAsync(SearchScope scope, int limit, CancellationToken cancellationToken)
    {
        await using var command = ScopeSizeSql.Create(dataSource, scope, limit);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<bool> HasIndexAsync(int embedderId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "select exists (select from pg_index where indexrelid = to_regclass($1) and indisvalid)");
        command.Parameters.Add(new() { Value = $"pipeline.embeddings_{embedderId}_hnsw" });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private Task<IReadOnlyList<SearchCandidate>> ByIndexAsync(
        int embedderId, HalfVector query, SearchScope scope, SearchTuning tuning, CancellationToken cancellationToken)
    {
        // Expression and predicate are the index's, word for word.
        var distance = $"e.vector::halfvec({query.ToArray().Length}) <=> $1";
        return ReadAsync(
            where => $"""
            select e.text_id, {distance} as distance, e.vector from pipeline.embeddings_{embedderId} e
            where e.is_source and exists (select from pipeline.documents d where d.text_id = e.text_id and {where})
            order by {distance} limit $2
            """,
            query, scope, tuning, cancellationToken);
    }

    private Task<IReadOnlyList<SearchCandidate>> ExactAsync(
        int embedderId, HalfVector query, SearchScope scope, SearchTuning tuning, CancellationToken cancellationToken)
    {
        // From the batch's lines when there is one: they may be few among many documents.
        var documents = scope.BatchId is null ? "pipeline.documents d" : "pipeline.batch_items bi join pipeline.documents d on d.id = bi.document_id";
        var batch = scope.BatchId is { } id ? string.Create(CultureInfo.InvariantCulture, $"bi.batch_id = {id} and ") : "";
        return ReadAsync(
            where => $"""
            with texts as materialized (select distinct d.text_id from {documents} where {batch}{where})
            select e.text_id, e.vector <=> $1 as distance, e.vector
            from texts x join pipeline.embeddings_{embedderId} e on e.text_id = x.text_id
            order by 2 limit $2
            """,
            query, scope, tuning, cancellationToken);
    }

    private async Task<IReadOnlyList<SearchCandidate>> ReadAsync(
        Func<string, string> nearest, HalfVector query, SearchScope scope, SearchTuning tuning, CancellationToken cancellationToken)
    {
        var where = new ScopeSql(scope, first: 3);
        var search = new NpgsqlBatchCommand($"""
            with nearest as materialized ({nearest(where.Condition)})
            select n.text_id, 1 - n.distance{(tuning.WithVectors ? ", n.vector" : "")}{(tuning.BodyCharacters > 0 ? string.Create(CultureInfo.InvariantCulture, $", left(t.body, {tuning.BodyCharacters})") : "")}
            from nearest n {(tuning.BodyCharacters > 0 ? "join pipeline.texts t on t.id = n.text_id" : "")}
            order by n.distance, n.text_id
            """);
        search.Parameters.Add(new() { Value = query });
        search.Parameters.Add(new() { Value = (long)tuning.Candidates });
        where.AddTo(search.Parameters);

        // A batch is one transaction, so the settings end with it.
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(new(Settings) { Parameters = { new() { Value = tuning.EfSearch.ToString(CultureInfo.InvariantCulture) } } });
        batch.BatchCommands.Add(search);
        var found = new List<SearchCandidate>();
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new SearchCandidate(
                reader.GetInt64(0), reader.GetDouble(1),
                tuning.WithVectors ? Array.ConvertAll(reader.GetFieldValue<HalfVector>(2).ToArray(), value => (float)value) : [],
                tuning.BodyCharacters > 0 ? reader.GetString(reader.FieldCount - 1) : ""));
        }

        return found;
    }
}
