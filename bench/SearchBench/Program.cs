using System.Globalization;
using Npgsql;
using Pipeline.SearchBench;
using Pipeline.Storage;

// bench/search.sh starts the server and this program: the kind of vectors and their number, or quality and the samples.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args[0] == "quality")
{
    await new Quality().RunAsync(args[1]);
    return;
}

var count = int.Parse(args[1], CultureInfo.InvariantCulture);
var server = new NpgsqlConnectionStringBuilder(Environment.GetEnvironmentVariable("PIPELINE_TEST_POSTGRES"));
await using (var admin = NpgsqlDataSource.Create(server.ConnectionString))
{
    await using var create = admin.CreateCommand("drop database if exists search_bench with (force)");
    await create.ExecuteNonQueryAsync();
    create.CommandText = "create database search_bench";
    await create.ExecuteNonQueryAsync();
}

server.Database = "search_bench";
server.CommandTimeout = 600;
await using (var setUp = PipelineDataSource.Create(server.ConnectionString, "search-bench"))
{
    await PipelineMigrator.MigrateAsync(setUp, CancellationToken.None);
}

await using var dataSource = PipelineDataSource.CreateForService(server.ConnectionString, "search-bench");
await new SearchRun(dataSource).RunAsync(args[0] == "clusters" ? Subjects.Clustered(count) : await Subjects.TicketsAsync(count));
