using System.CommandLine;
using System.Text.Json;
using Pipeline.Cli.Output;
using Pipeline.Cli.Status;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Vectors;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>index</c>: the vector indexes, one per embedder.</summary>
internal static class IndexCommand
{
    public static Command Create() =>
        new("index", "List, build and drop vector indexes, one per embedder, over the vectors of the submitted texts.") { CreateList(), CreateBuild(), CreateDrop() };

    private static Command CreateList()
    {
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var command = new Command("list", "List embedders and their indexes, newest first.") { json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var rows = await new VectorIndexes(installation.DataSource, TimeProvider.System).ListAsync(cancellationToken);
            if (result.GetValue(json))
            {
                foreach (var row in rows)
                {
                    Console.WriteLine(JsonSerializer.Serialize(row, StatusJson.Options));
                }
            }
            else
            {
                AnsiConsole.Write(StatusTables.Indexes(rows));
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateBuild()
    {
        var (embedder, batch) = Selection();
        var memory = new Option<string>("--memory")
        {
            Description = "Most memory that the build may take on the database server, such as 512MB or 8GB.", HelpName = "SIZE", DefaultValueFactory = _ => "2GB",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command(
            "build",
            "Build the index of an embedder. Everything else goes on meanwhile. Do it after a load: each vector added to an index costs time.")
        {
            embedder, batch, memory, json,
        };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var indexes = new VectorIndexes(installation.DataSource, TimeProvider.System);
            var row = await ChooseAsync(installation, indexes, result.GetValue(embedder), result.GetValue(batch), cancellationToken);
            var limit = ByteSize.Parse("--memory", result.GetRequiredValue(memory));
            if (row.State == VectorIndexState.Ready)
            {
                await Console.Error.WriteLineAsync(
                    $"{row.Embedder} has an index of {ByteSize.Format(row.IndexBytes)}; to build it anew run './pipeline index drop --embedder {row.EmbedderId}' first");
                return ExitCode.Success;
            }

            VectorIndexPlan? plan = null;
            VectorIndexBuild build;
            using (var display = new ProgressDisplay(TimeProvider.System))
            {
                build = await indexes.BuildAsync(
                    row, limit, announced => Announce(row, plan = announced),
                    new Reporter<(string Phase, int? Percent)>(now => display.Show(now.Percent is { } percent ? $"{now.Phase}  {percent} %" : now.Phase)),
                    cancellationToken);
            }

            foreach (var notice in build.Notices)
            {
                await Console.Error.WriteLineAsync("PostgreSQL: " + notice);
            }

            Console.WriteLine(result.GetValue(json)
                ? JsonSerializer.Serialize(
                    new
                    {
                        row.EmbedderId, row.Embedder, plan!.Vectors, Seconds = build.Elapsed.TotalSeconds, build.IndexBytes, plan.MemoryBytes, plan.GraphBytes,
                    },
                    StatusJson.Options)
                : $"index of {row.Embedder}: {plan!.Vectors:N0} vectors, {build.Elapsed.TotalSeconds:0.0} s, {ByteSize.Format(build.IndexBytes)} on disk, "
                    + $"{ByteSize.Format(plan.MemoryBytes)} of memory granted, about {ByteSize.Format(plan.GraphBytes)} needed");
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateDrop()
    {
        var (embedder, batch) = Selection();
        var command = new Command("drop", "Drop the index of an embedder, for instance before a large load. Searches read every vector from then on.") { embedder, batch };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var indexes = new VectorIndexes(installation.DataSource, TimeProvider.System);
            var row = await ChooseAsync(installation, indexes, result.GetValue(embedder), result.GetValue(batch), cancellationToken);
            if (row.State == VectorIndexState.None)
            {
                Console.WriteLine($"{row.Embedder} has no index");
                return ExitCode.Success;
            }

            await indexes.DropAsync(row.EmbedderId, cancellationToken);
            Console.WriteLine($"index of {row.Embedder} dropped");
            return ExitCode.Success;
        }));
        return command;
    }

    private static (Option<string?> Embedder, Option<string?> Batch) Selection() => (
        new Option<string?>("--embedder", "-e") { Description = "Embedder by name (its newest version) or id. Default: the only one that has vectors.", HelpName = "E" },
        new Option<string?>("--batch", "-b") { Description = "The embedder of this batch (id or name).", HelpName = "B" });

    private static async Task<VectorIndexRow> ChooseAsync(
        Installation installation, VectorIndexes indexes, string? embedder, string? batch, CancellationToken cancellationToken)
    {
        if (embedder is not null && batch is not null)
        {
            throw new UsageException("--embedder and --batch both name an embedder; give one of them.");
        }

        var rows = await indexes.ListAsync(cancellationToken);
        var id = batch is null ? (int?)null : (await new BatchReports(installation.DataSource).FindAsync(batch, cancellationToken)).EmbedderId;
        var chosen = (embedder, id) switch
        {
            ({ } name, _) => rows.Where(row => row.Embedder == name || $"{row.EmbedderId}" == name).Take(1).ToList(),
            (_, { } given) => [.. rows.Where(row => row.EmbedderId == given)],
            _ => [.. rows.Where(row => row.TableBytes > 0)],
        };
        return chosen.Count == 1
            ? chosen[0]
            : throw new UsageException(
                (chosen.Count == 0 ? "There is no such embedder with vectors." : "Several embedders have vectors: name one with --embedder.")
                + $" There are: {string.Join(", ", rows.Select(row => $"{row.Embedder} ({row.EmbedderId})"))}.");
    }

    private static void Announce(VectorIndexRow row, VectorIndexPlan plan)
    {
        Console.Error.WriteLine(
            $"indexing {plan.Vectors:N0} vectors of {row.Embedder}: about {ByteSize.Format(plan.GraphBytes)} of memory needed, "
            + $"{ByteSize.Format(plan.MemoryBytes)} granted (maintenance_work_mem), {(plan.IsParallel ? "in parallel" : "on one core")}");
        if (plan.Spills)
        {
            Console.Error.WriteLine("that is less than needed: the build becomes several times slower when it is used up. --memory grants more.");
        }
    }
}
