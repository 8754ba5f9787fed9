using System.Diagnostics;
using Npgsql;

namespace Pipeline.LoadTest;

/// <summary>One run: a fresh database, the four services as processes, one submitted file, the ANN index at the end.</summary>
internal sealed class LoadRun(string root, string recipe)
{
    private static readonly (string Name, string Mark)[] s_servers = [("PostgreSQL", "postgres"), ("RabbitMQ", "beam.smp")];
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(root, ".local", "load")).FullName;

    public async Task<LoadResult> RunAsync(int documents)
    {
        var environment = await PrepareAsync(documents);
        var before = s_servers.Select(server => ServerUse.Of(server.Mark).CpuSeconds).ToArray();
        var memory = new double[s_servers.Length];
        List<WatchedProcess> services = [.. ((string[])["Ingest", "EmbedWorker", "SummarizeWorker", "Scoring"])
            .Select(name => Start(name, null, environment, name))];
        await using var database = NpgsqlDataSource.Create(environment["PIPELINE__POSTGRES"]);
        var clock = Stopwatch.StartNew();
        var submit = Start("Cli", $"submit {FileOf(documents)} --recipe {recipe} --json", environment, "submit");
        double? ingested = null, summarised = null, scored = null;
        while (ingested is null || scored is null)
        {
            await Task.Delay(500);
            foreach (var process in (WatchedProcess[])[.. services, submit])
            {
                process.Sample();
            }

            for (var i = 0; i < memory.Length; i++)
            {
                memory[i] = Math.Max(memory[i], ServerUse.Of(s_servers[i].Mark).Megabytes);
            }

            if (submit.HasExited)
            {
                Expect(submit, "submit");
                ingested ??= clock.Elapsed.TotalSeconds;
            }

            // Counters and a small table only: counting millions of rows twice a second would be the load.
            var summaries = await ScalarAsync(database, "select coalesce(max(settled), 0) from pipeline.workers where queue = 'summarize-texts'");
            summarised ??= summaries >= documents ? clock.Elapsed.TotalSeconds : null;
            if (summarised is not null && await ScalarAsync(database, "select count(*) from pipeline.unscored") == 0)
            {
                scored = clock.Elapsed.TotalSeconds;
            }

            Console.Error.Write($"\r{clock.Elapsed.TotalSeconds,6:0} s  summarised {summaries:N0} of {documents:N0}   ");
            if (services.FirstOrDefault(service => service.HasExited) is { } dead)
            {
                throw new InvalidOperationException($"{dead.Name} ended with {dead.ExitCode}, see {_folder}/{dead.Name}.log");
            }
        }

        Console.Error.WriteLine();
        var embedded = await ScalarAsync(database, "select settled from pipeline.workers where queue = 'embed-texts'");
        await ExpectAllScoredAsync(database, documents);
        foreach (var service in services)
        {
            await service.StopAsync();
        }

        List<ResourceUse> used = [new("Cli submit", submit.CpuSeconds, submit.PeakMegabytes)];
        used.AddRange(services.Select(service => new ResourceUse(service.Name, service.CpuSeconds, service.PeakMegabytes)));
        used.AddRange(s_servers.Select((server, i) =>
            new ResourceUse($"{server.Name} (all processes, proportional memory)", ServerUse.Of(server.Mark).CpuSeconds - before[i], memory[i])));
        return new LoadResult(
            documents,
            [
                new("ingested", documents, ingested.Value),
                new("summarised", documents, summarised!.Value),
                new("embedded, sources and summaries", embedded, scored.Value),
                new("scored, the whole way", documents, scored.Value),
            ],
            used,
            await TablesAsync(database),
            await BuildIndexAsync(database, environment));
    }

    private async Task<Dictionary<string, string>> PrepareAsync(int documents)
    {
        var admin = new NpgsqlConnectionStringBuilder(Environment.GetEnvironmentVariable("PIPELINE_TEST_POSTGRES"));
        await ExecuteAsync(admin.ConnectionString, "drop database if exists pipeline_load with (force)");
        await ExecuteAsync(admin.ConnectionString, "create database pipeline_load");
        var environment = new Dictionary<string, string>
        {
            ["PIPELINE__POSTGRES"] = new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Database = "pipeline_load" }.ConnectionString,
            ["PIPELINE__RABBITMQ"] = Environment.GetEnvironmentVariable("PIPELINE_TEST_RABBITMQ")!,
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        };
        await new WorkOrderGenerator(seed: 7).WriteAsync(FileOf(documents), documents);
        var migrate = Start("Cli", "migrate", environment, "migrate");
        await migrate.WaitAsync();
        Expect(migrate, "migrate");
        return environment;
    }

    private async Task<IndexBuild> BuildIndexAsync(NpgsqlDataSource database, Dictionary<string, string> environment)
    {
        var clock = Stopwatch.StartNew();
        var build = Start("Cli", "index build --memory 4GB", environment, "index");
        double peak = 0;
        while (!build.HasExited)
        {
            peak = Math.Max(peak, ServerUse.Of(s_servers[0].Mark).Megabytes);
            await Task.Delay(200);
        }

        Expect(build, "index");
        var seconds = clock.Elapsed.TotalSeconds;
        await using var command = database.CreateCommand("""
            select sum(pg_relation_size(indexrelid)) / 1048576.0
            from pg_index join pg_class on pg_class.oid = indexrelid join pg_am on pg_am.oid = relam
            where amname = 'hnsw' and relkind = 'i'
            """);
        var megabytes = Convert.ToDouble(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
        return new(await ScalarAsync(database, "select count(distinct text_id) from pipeline.documents"), seconds, megabytes, peak);
    }

    private static async Task<IReadOnlyList<TableSize>> TablesAsync(NpgsqlDataSource database)
    {
        List<(string Name, double Heap, double Indexes)> sizes = [];
        await using (var command = database.CreateCommand("""
            select relname, (pg_table_size(oid) / 1048576.0)::float8, (pg_indexes_size(oid) / 1048576.0)::float8 from pg_class
            where relnamespace = 'pipeline'::regnamespace and relkind = 'r' and pg_total_relation_size(oid) > 1048576
            order by pg_total_relation_size(oid) desc
            """))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                sizes.Add((reader.GetString(0), reader.GetDouble(1), reader.GetDouble(2)));
            }
        }

        List<TableSize> tables = [];
        foreach (var (name, heap, indexes) in sizes)
        {
            tables.Add(new(name, await ScalarAsync(database, $"select count(*) from pipeline.{name}"), heap, indexes));
        }

        return tables;
    }

    /// <summary>Rates of an incomplete run would be a lie.</summary>
    private static async Task ExpectAllScoredAsync(NpgsqlDataSource database, int documents)
    {
        var done = await ScalarAsync(database, "select done from pipeline.batch_progress");
        var scores = await ScalarAsync(database, "select count(*) from pipeline.health_scores");
        if (done != documents || scores != documents)
        {
            throw new InvalidOperationException($"Of {documents:N0} documents {done:N0} are done and {scores:N0} have scores.");
        }
    }

    private WatchedProcess Start(string project, string? arguments, Dictionary<string, string> environment, string log) =>
        WatchedProcess.Start(root, project, arguments, environment, Path.Combine(_folder, log + ".log"));

    private string FileOf(int documents) => Path.Combine(_folder, $"work-orders-{documents}.csv");

    private void Expect(WatchedProcess process, string log)
    {
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{log} ended with {process.ExitCode}, see {_folder}/{log}.log");
        }
    }

    private static async Task<long> ScalarAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 0;
        return Convert.ToInt64(await command.ExecuteScalarAsync() ?? 0L, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
