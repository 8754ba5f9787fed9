using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Reviews;

/// <summary>Shows what there is to rate, takes ratings, and gives them with the recipes that were hidden.</summary>
public sealed class ReviewRatings(NpgsqlDataSource dataSource)
{
    /// <summary>One document; null when the review has none of this number.</summary>
    public async Task<ReviewDocument?> DocumentAsync(long review, int number, CancellationToken cancellationToken)
    {
        await foreach (var document in ReadAsync(review, number, cancellationToken))
        {
            return document;
        }

        return null;
    }

    /// <summary>Every document in order, streamed.</summary>
    public IAsyncEnumerable<ReviewDocument> DocumentsAsync(long review, CancellationToken cancellationToken) => ReadAsync(review, null, cancellationToken);

    /// <summary>Number of the first document that a reviewer has not rated; null when all are.</summary>
    public async Task<int?> NextAsync(long review, string reviewer, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select min(document) from pipeline.review_documents d
            where review_id = $1 and not exists (
                select from pipeline.ratings g where g.review_id = $1 and g.reviewer = $2 and g.document = d.document)
            """);
        command.Parameters.Add(new() { Value = review });
        command.Parameters.Add(new() { Value = reviewer });
        return await command.ExecuteScalarAsync(cancellationToken) as int?;
    }

    /// <summary>What a reviewer has said of a document; empty when nothing yet.</summary>
    public async Task<IReadOnlyList<SummaryRating>> OfAsync(long review, string reviewer, int document, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select document, label, consistency, density, readability from pipeline.ratings
            where review_id = $1 and reviewer = $2 and document = $3 order by label
            """);
        command.Parameters.Add(new() { Value = review });
        command.Parameters.Add(new() { Value = reviewer });
        command.Parameters.Add(new() { Value = document });
        var ratings = new List<SummaryRating>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            ratings.Add(Rating(reader, 0));
        }

        return ratings;
    }

    /// <summary>Every rating with its recipe, by document.</summary>
    public async Task<IReadOnlyList<RatedSummary>> AllAsync(long review, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select recipe, reviewer, document, label, consistency, density, readability from pipeline.review_ratings
            where review_id = $1 order by document, recipe, reviewer
            """);
        command.Parameters.Add(new() { Value = review });
        var ratings = new List<RatedSummary>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            ratings.Add(new RatedSummary(reader.GetString(0), reader.GetString(1), Rating(reader, 2)));
        }

        return ratings;
    }

    /// <summary>Stores ratings of one reviewer, all or none.</summary>
    /// <param name="review">The review.</param>
    /// <param name="reviewer">Who rated; see <see cref="Reviewer.Clean"/>.</param>
    /// <param name="ratings">Of every summary of each document that is rated.</param>
    /// <param name="replaceAll">Whether everything else that the reviewer has said of this review is forgotten.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many documents the reviewer had rated before and these ratings replace.</returns>
    /// <exception cref="PipelineStorageException">The review is closed, or a document is rated in part.</exception>
    public async Task<int> SaveAsync(
        long review, string reviewer, IReadOnlyList<SummaryRating> ratings, bool replaceAll, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var gate = new NpgsqlCommand("select closed_at is not null from pipeline.reviews where id = $1 for share", connection)
        {
            Parameters = { new() { Value = review } },
        };
        if (await gate.ExecuteScalarAsync(cancellationToken) is not false)
        {
            throw new PipelineStorageException("The review is closed or gone; it takes no more ratings.");
        }

        int[] documents = [.. ratings.Select(rating => rating.Document).Distinct()];
        await using var clear = new NpgsqlCommand("""
            with gone as (
                delete from pipeline.ratings where review_id = $1 and reviewer = $2 and ($4 or document = any($3)) returning document)
            select count(distinct document)::int from gone
            """, connection)
        {
            Parameters = { new() { Value = review }, new() { Value = reviewer }, new() { Value = documents }, new() { Value = replaceAll } },
        };
        var replaced = (int)(await clear.ExecuteScalarAsync(cancellationToken) ?? 0);
        await InsertAsync(connection, review, reviewer, ratings, cancellationToken);
        await using var check = new NpgsqlCommand("""
            select min(s.document) from pipeline.review_summaries s
            where s.review_id = $1 and s.document = any($3) and not exists (
                select from pipeline.ratings g where g.review_id = $1 and g.reviewer = $2 and g.document = s.document and g.label = s.label)
            """, connection)
        {
            Parameters = { new() { Value = review }, new() { Value = reviewer }, new() { Value = documents } },
        };
        if (await check.ExecuteScalarAsync(cancellationToken) is int partly)
        {
            throw new PipelineStorageException($"Document {partly} is rated in part; each of its summaries needs all three ratings.");
        }

        await transaction.CommitAsync(cancellationToken);
        return replaced;
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection, long review, string reviewer, IReadOnlyList<SummaryRating> ratings, CancellationToken cancellationToken)
    {
        await using var insert = new NpgsqlCommand("""
            insert into pipeline.ratings (review_id, reviewer, document, label, consistency, density, readability)
            select $1, $2, * from unnest($3::int[], $4::text[], $5::smallint[], $6::smallint[], $7::smallint[])
            """, connection)
        {
            Parameters =
            {
                new() { Value = review }, new() { Value = reviewer }, new() { Value = ratings.Select(rating => rating.Document).ToArray() },
                new() { Value = ratings.Select(rating => rating.Label).ToArray() }, new() { Value = Marks(rating => rating.Consistency) },
                new() { Value = Marks(rating => rating.Density) }, new() { Value = Marks(rating => rating.Readability) },
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);

        short[] Marks(Func<SummaryRating, int> mark) => [.. ratings.Select(rating => (short)mark(rating))];
    }

    private async IAsyncEnumerable<ReviewDocument> ReadAsync(long review, int? number, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select d.document, d.body, array_agg(s.label order by s.label), array_agg(s.body order by s.label)
            from pipeline.review_documents d join pipeline.review_summaries s using (review_id, document)
            where d.review_id = $1 and ($2::int is null or d.document = $2)
            group by d.review_id, d.document, d.body order by d.document
            """);
        command.Parameters.Add(new() { Value = review });
        command.Parameters.Add(new() { Value = (object?)number ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return new ReviewDocument(
                reader.GetInt32(0), reader.GetString(1),
                [.. reader.GetFieldValue<string[]>(2).Zip(reader.GetFieldValue<string[]>(3), (label, text) => new BlindSummary(label, text))]);
        }
    }

    private static SummaryRating Rating(NpgsqlDataReader reader, int first) => new(
        reader.GetInt32(first), reader.GetString(first + 1), reader.GetInt16(first + 2), reader.GetInt16(first + 3), reader.GetInt16(first + 4));
}
