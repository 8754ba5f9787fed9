using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Reports;

/// <summary>Reads how often recipes fall into classes of failures. All from the documented views.</summary>
public sealed class FailureClassReports(NpgsqlDataSource dataSource)
{
    /// <summary>The classes of a batch, or with null of all summaries there are; a row for each recipe and class, most frequent first.</summary>
    public async Task<IReadOnlyList<FailureClassRow>> ListAsync(long? batchId, string? recipe, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            select recipe, failure_class, summaries, at_risk, failed, rate, rate_low, rate_high, rate_limit, summaries_needed, is_frequent, cure, cure_state
            from pipeline.{(batchId is null ? "failure_classes" : "failure_classes_by_batch")}
            where ($1::text is null or recipe = $1){(batchId is null ? "" : " and batch_id = $2")}
            order by recipe, recipe_id, rate desc, failure_class
            """);
        command.Parameters.Add(new() { Value = (object?)recipe ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        if (batchId is { } id)
        {
            command.Parameters.Add(new() { Value = id });
        }

        var rows = new List<FailureClassRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new FailureClassRow(
                reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetDouble(5),
                reader.GetDouble(6), reader.GetDouble(7), reader.GetDouble(8), reader.GetInt32(9), reader.GetBoolean(10), reader.GetString(11),
                reader.GetString(12)));
        }

        return rows;
    }
}
