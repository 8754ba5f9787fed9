using Npgsql;

namespace Pipeline.Storage.Search;

/// <summary>The sources and categories of a tenant's documents, by index: the number of documents does not matter.</summary>
public sealed class DocumentGroups(NpgsqlDataSource dataSource)
{
    /// <summary>Whether a document of the tenant has this value.</summary>
    public async Task<bool> HasAsync(string tenant, DocumentGroup group, string value, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $"select exists (select from pipeline.documents where tenant = $1 and {Column(group)} = $2)");
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = value });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The first values in order.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string tenant, DocumentGroup group, int most, CancellationToken cancellationToken)
    {
        // From one value to the next; distinct would read every document.
        await using var command = dataSource.CreateCommand($"""
            with recursive groups(value) as (
                select min({Column(group)}) from pipeline.documents where tenant = $1
                union all
                select (select min(d.{Column(group)}) from pipeline.documents d where d.tenant = $1 and d.{Column(group)} > g.value)
                from groups g where g.value is not null)
            select value from groups where value is not null limit $2
            """);
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = (long)most });
        var values = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }

    private static string Column(DocumentGroup group) => group == DocumentGroup.Source ? "source" : "category";
}
