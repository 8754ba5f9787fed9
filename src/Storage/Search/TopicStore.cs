using Npgsql;

namespace Pipeline.Storage.Search;

/// <summary>The topics of texts that are known already.</summary>
public sealed class TopicStore(NpgsqlDataSource dataSource)
{
    /// <summary>Number of a classifier, given when it is new.</summary>
    /// <param name="name">Its name, for people.</param>
    /// <param name="sha256">Identity of the model, 64 hexadecimal digits.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<int> ClassifierAsync(string name, string sha256, CancellationToken cancellationToken)
    {
        // The second statement sees what another process has added meanwhile.
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(new("""
            insert into pipeline.classifiers (name, sha256) select $1, $2
            where not exists (select from pipeline.classifiers where sha256 = $2) on conflict do nothing
            """)
        {
            Parameters = { new() { Value = name }, new() { Value = Convert.FromHexString(sha256) } },
        });
        batch.BatchCommands.Add(new("select id from pipeline.classifiers where sha256 = $1")
        {
            Parameters = { new() { Value = Convert.FromHexString(sha256) } },
        });
        return (int)(await batch.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>What is known of these texts.</summary>
    public async Task<IReadOnlyList<TextTopic>> FindAsync(int classifierId, IReadOnlyList<long> textIds, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "select text_id, topic, probability from pipeline.text_topics where classifier_id = $1 and text_id = any($2)");
        command.Parameters.Add(new() { Value = classifierId });
        command.Parameters.Add(new() { Value = textIds.ToArray() });
        var topics = new List<TextTopic>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            topics.Add(new TextTopic(reader.GetInt64(0), reader.GetString(1), reader.GetFloat(2)));
        }

        return topics;
    }

    /// <summary>The beginnings of texts; those that are gone are missing.</summary>
    public async Task<IReadOnlyList<(long TextId, string Text)>> TextsAsync(
        IReadOnlyList<long> textIds, int characters, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select id, left(body, $2) from pipeline.texts where id = any($1) order by id");
        command.Parameters.Add(new() { Value = textIds.ToArray() });
        command.Parameters.Add(new() { Value = characters });
        var texts = new List<(long, string)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            texts.Add((reader.GetInt64(0), reader.GetString(1)));
        }

        return texts;
    }

    /// <summary>Remembers topics. Texts that were removed meanwhile, and topics that another search has written, are passed over.</summary>
    public async Task AddAsync(int classifierId, IReadOnlyList<TextTopic> topics, CancellationToken cancellationToken)
    {
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(RemovalLock.Add());
        batch.BatchCommands.Add(new("""
            insert into pipeline.text_topics (text_id, classifier_id, topic, probability)
            select n.text_id, $1, n.topic, n.probability
            from unnest($2::bigint[], $3::text[], $4::real[]) as n(text_id, topic, probability)
            where exists (select from pipeline.texts t where t.id = n.text_id)
            order by n.text_id on conflict do nothing
            """)
        {
            Parameters =
            {
                new() { Value = classifierId },
                new() { Value = topics.Select(topic => topic.TextId).ToArray() },
                new() { Value = topics.Select(topic => topic.Topic).ToArray() },
                new() { Value = topics.Select(topic => (float)topic.Probability).ToArray() },
            },
        });
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
