using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Pipeline.LoadTest;

// bench/load.sh starts the servers and this program: a fresh database, the four services as processes, one submitted file.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var count = int.Parse(args[0]);
var root = args[1];
var recipe = args.Length > 2 ? args[2] : "extractive";
var admin = new NpgsqlConnectionStringBuilder(Environment.GetEnvironmentVariable("PIPELINE_TEST_POSTGRES"));
var folder = Path.Combine(root, ".local", "load");
Directory.CreateDirectory(folder);

await ExecuteAsync(admin.ConnectionString, "drop database if exists pipeline_load with (force)");
await ExecuteAsync(admin.ConnectionString, "create database pipeline_load");
var target = new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Database = "pipeline_load" }.ConnectionString;
var environment = new Dictionary<string, string>
{
    ["PIPELINE__POSTGRES"] = target,
    ["PIPELINE__RABBITMQ"] = Environment.GetEnvironmentVariable("PIPELINE_TEST_RABBITMQ")!,
    ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
};
var file = Path.Combine(folder, $"work-orders-{count}.csv");
await new WorkOrderGenerator(seed: 7).WriteAsync(file, count);
var migrate = WatchedProcess.Start(root, "Cli", "migrate", environment, Path.Combine(folder, "migrate.log"));
await migrate.WaitAsync();
if (migrate.ExitCode != 0)
{
    throw new InvalidOperationException($"migrate failed, see {folder}/migrate.log");
}

string[] serverMarks = ["postgres", "beam.smp"];
var before = serverMarks.Select(mark => ServerUse.Of(mark).CpuSeconds).ToArray();
List<WatchedProcess> services =
[
    .. ((string[])["Ingest", "EmbedWorker", "SummarizeWorker", "Scoring"])
        .Select(name => WatchedProcess.Start(root, name, null, environment, Path.Combine(folder, name + ".log"))),
];
await using var database = NpgsqlDataSource.Create(target);
var clock = Stopwatch.StartNew();
var submit = WatchedProcess.Start(root, "Cli", $"submit {file} --recipe {recipe} --json", environment, Path.Combine(folder, "submit.log"));
double? ingested = null, finished = null;
var stages = new (string Name, string Sql, long Target, double? Seconds)[]
{
    ("embedded (texts)", "select settled from pipeline.workers where queue = 'embed-texts'", -1, null),
    ("summarised", "select settled from pipeline.workers where queue = 'summarize-texts'", count, null),
    ("scored", "select count(*) from pipeline.health_scores", count, null),
};
double[] memory = [0, 0];
while (finished is null)
{
    await Task.Delay(500);
    foreach (var process in (WatchedProcess[])[.. services, submit])
    {
        process.Sample();
    }

    for (var i = 0; i < serverMarks.Length; i++)
    {
        memory[i] = Math.Max(memory[i], ServerUse.Of(serverMarks[i]).Megabytes);
    }

    if (submit.HasExited && ingested is null)
    {
        ingested = clock.Elapsed.TotalSeconds;
        if (submit.ExitCode != 0)
        {
            throw new InvalidOperationException($"submit failed, see {folder}/submit.log");
        }
    }

    var line = new List<string>();
    for (var i = 0; i < stages.Length; i++)
    {
        var done = await ScalarAsync(stages[i].Sql);
        line.Add($"{stages[i].Name} {done:N0}");
        if (stages[i].Target >= 0 && done >= stages[i].Target)
        {
            stages[i].Seconds ??= clock.Elapsed.TotalSeconds;
        }
    }

    Console.Error.Write($"\r{clock.Elapsed.TotalSeconds,6:0} s  {string.Join("  ", line)}   ");
    if (ingested is not null && stages[2].Seconds is not null)
    {
        finished = stages[2].Seconds;
    }
    else if (services.FirstOrDefault(service => service.HasExited) is { } dead)
    {
        throw new InvalidOperationException($"{dead.Name} ended with {dead.ExitCode}, see {folder}/{dead.Name}.log");
    }
}

Console.Error.WriteLine();
var embedded = await ScalarAsync("select settled from pipeline.workers where queue = 'embed-texts'");
var done2 = await ScalarAsync("select done from pipeline.batch_progress");
foreach (var service in services)
{
    await service.StopAsync();
}

Console.WriteLine($"""
    | stage | rows | seconds from start | per second |
    | --- | --: | --: | --: |
    | ingested | {count:N0} | {ingested:0.0} | {count / ingested:N0} |
    | summarised | {count:N0} | {stages[1].Seconds:0.0} | {count / stages[1].Seconds:N0} |
    | embedded, sources and summaries | {embedded:N0} | {finished:0.0} | {embedded / finished:N0} |
    | scored, the whole way | {done2:N0} | {finished:0.0} | **{count / finished:N0}** |

    | process | CPU seconds | CPU ms per document | peak resident memory, MB |
    | --- | --: | --: | --: |
    """);
foreach (var process in (WatchedProcess[])[submit, .. services])
{
    Console.WriteLine($"| {process.Name}{(process == submit ? " submit" : "")} | {process.CpuSeconds:0.0} | {1000 * process.CpuSeconds / count:0.00} | {process.PeakMegabytes:0} |");
}

for (var i = 0; i < serverMarks.Length; i++)
{
    var cpu = ServerUse.Of(serverMarks[i]).CpuSeconds - before[i];
    Console.WriteLine($"| {(i == 0 ? "PostgreSQL" : "RabbitMQ")} (all processes, proportional memory) | {cpu:0.0} | {1000 * cpu / count:0.00} | {memory[i]:0} |");
}

Console.WriteLine();
Console.WriteLine("| table | rows | size with indexes, MB |");
Console.WriteLine("| --- | --: | --: |");
await using var sizes = database.CreateCommand("""
    select relname, (select count(*) from pipeline.batch_items), pg_total_relation_size(c.oid) / 1048576.0
    from pg_class c where relnamespace = 'pipeline'::regnamespace and relkind = 'r' and pg_total_relation_size(c.oid) > 1048576
    order by 3 desc
    """);
await using (var reader = await sizes.ExecuteReaderAsync())
{
    while (await reader.ReadAsync())
    {
        var table = reader.GetString(0);
        var megabytes = reader.GetDecimal(2);
        Console.WriteLine($"| {table} | {await ScalarAsync($"select count(*) from pipeline.{table}"):N0} | {megabytes:0} |");
    }
}

return 0;

async Task<long> ScalarAsync(string sql)
{
    await using var command = database.CreateCommand(sql);
    return Convert.ToInt64(await command.ExecuteScalarAsync() ?? 0L);
}

static async Task ExecuteAsync(string connectionString, string sql)
{
    await using var connection = new NpgsqlConnection(connectionString);
    await connection.OpenAsync();
    await using var command = new NpgsqlCommand(sql, connection);
    await command.ExecuteNonQueryAsync();
}
