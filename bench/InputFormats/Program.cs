using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using Pipeline.Ingest.Sources;
using Pipeline.InputFormats;
using Pipeline.LoadTest;

// bench/input-formats.sh starts PostgreSQL and this program. For each format: reading alone, in a process of its own, and `submit` into a
// fresh database while no service runs.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["read", .. var what])
{
    return await ReadAsync(what);
}

var root = args[0];
var (linesToRead, linesToSubmit) = (int.Parse(args[1]), int.Parse(args[2]));
var admin = Environment.GetEnvironmentVariable("PIPELINE_TEST_POSTGRES")!;
var toRead = await WriteAsync(linesToRead);
var toSubmit = linesToSubmit == linesToRead ? toRead : await WriteAsync(linesToSubmit);
var log = Path.Combine(root, ".local", "formats.log");
Console.WriteLine(
    $"| input | MB | {linesToRead:N0} read, lines/s | of CSV | CPU µs per line | peak MB "
    + $"| {linesToSubmit:N0} submitted, lines/s | of CSV | CPU µs per line | peak MB |");
Console.WriteLine("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
var (csvRead, csvSubmitted) = (0.0, 0.0);
foreach (var (large, subject) in toRead.Zip(toSubmit))
{
    Console.Error.WriteLine(subject.Name);
    var reading = WatchedProcess.Start(root, "InputFormats", $"read {large.Input} {large.Options}", new Dictionary<string, string>(), log);
    await reading.WaitAsync();
    var rate = await File.ReadAllTextAsync(log);
    var read = reading.ExitCode == 0 ? double.Parse(rate) : throw new InvalidOperationException(rate);

    var environment = new Dictionary<string, string>
    {
        ["PIPELINE__POSTGRES"] = await FreshAsync("pipeline_formats"),
        ["PIPELINE__RABBITMQ"] = "amqp://nobody:nothing@127.0.0.1:1/",
    };
    using (var store = NpgsqlDataSource.Create(environment["PIPELINE__POSTGRES"]))
    {
        await Pipeline.Storage.PipelineMigrator.MigrateAsync(store, CancellationToken.None);
    }

    var clock = Stopwatch.StartNew();
    var submit = WatchedProcess.Start(
        root, "Cli", $"submit {(subject.IsPiped ? "-" : subject.Input)} {subject.Options} --json", environment, log,
        subject.IsPiped ? subject.Input : null);
    await submit.WaitAsync();
    var seconds = clock.Elapsed.TotalSeconds;
    var said = await File.ReadAllLinesAsync(log);
    if (submit.ExitCode != 0)
    {
        throw new InvalidOperationException(string.Join('\n', said));
    }

    using var result = JsonDocument.Parse(said[^1]);
    if (result.RootElement.GetProperty("accepted").GetInt32() != linesToSubmit)
    {
        throw new InvalidOperationException(said[^1]);
    }

    // The whole process, with its start, the copying and the reading for the fingerprint.
    var submitted = linesToSubmit / seconds;
    (csvRead, csvSubmitted) = csvRead == 0 ? (read, submitted) : (csvRead, csvSubmitted);
    Console.WriteLine(
        $"| {subject.Name} | {large.Megabytes} "
        + $"| {read:N0} | {read / csvRead:0.00} | {1e6 * reading.CpuSeconds / linesToRead:0.0} | {reading.PeakMegabytes:0} "
        + $"| {submitted:N0} | {submitted / csvSubmitted:0.00} | {1e6 * submit.CpuSeconds / linesToSubmit:0.0} | {submit.PeakMegabytes:0} |");
}

return 0;

async Task<IReadOnlyList<Subject>> WriteAsync(int lines)
{
    var folder = Directory.CreateDirectory(Path.Combine(root, ".local", "formats", $"{lines}")).FullName;
    return await Subjects.WriteAsync(folder, lines, await FreshAsync($"pipeline_formats_source_{lines}"));
}

async Task<string> FreshAsync(string name)
{
    await using var server = new NpgsqlConnection(admin);
    await server.OpenAsync();
    foreach (var sql in (string[])[$"drop database if exists {name} with (force)", $"create database {name}", "checkpoint"])
    {
        await using var command = new NpgsqlCommand(sql, server);
        await command.ExecuteNonQueryAsync();
    }

    return new NpgsqlConnectionStringBuilder(admin) { Database = name }.ConnectionString;
}

// Prints lines per second from the first to the last record; for a table, with the copying of its rows.
static async Task<int> ReadAsync(string[] what)
{
    var clock = Stopwatch.StartNew();
    var options = new SourceOptions();
    ISourceInput input;
    SourceFormat? format = null;
    if (what is ["--from-postgres", var connection, "--table", var table])
    {
        (var copy, options) = await PostgresExport.OfTable(connection, table).CopyAsync(options, new Progress<long>(), CancellationToken.None);
        (input, format) = (copy, SourceFormat.JsonLines);
    }
    else
    {
        input = new FileInput(what[0]);
        options = options with { Encoding = what is [_, "--encoding", var encoding] ? encoding : null };
    }

    var lines = 0L;
    await using (input)
    {
        await using var reader = await DocumentSources.OpenAsync(input, options, format, CancellationToken.None);
        await foreach (var record in reader.ReadAsync())
        {
            lines += record is IncomingDocument ? 1 : throw new InvalidOperationException(record.ToString());
        }
    }

    Console.WriteLine(lines / clock.Elapsed.TotalSeconds);
    return 0;
}
