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
        new("index", Say("List, build and drop vector indexes, one per embedder, over the vectors of the submitted texts.", "列出、建立和删除向量索引，每个向量化方案一个，只含提交的文本。")) { CreateList(), CreateBuild(), CreateDrop() };

    private static Command CreateList()
    {
        var json = new Option<bool>("--json") { Description = Say("One JSON object a line.", "每行一个 JSON 对象。") };
        var command = new Command("list", Say("List embedders and their indexes, newest first.", "列出向量化方案及其索引，最新的在前。")) { json };
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
            Description = Say("Most memory that the build may take on the database server, such as 512MB or 8GB.", "建索引在数据库服务器上最多使用的内存，例如 512MB 或 8GB。"), HelpName = "SIZE", DefaultValueFactory = _ => "2GB",
        };
        var json = new Option<bool>("--json") { Description = Say("Print one JSON object.", "输出一个 JSON 对象。") };
        var command = new Command(
            "build",
            Say(
                "Build the index of an embedder. Everything else goes on meanwhile. Do it after a load: each vector added to an index costs time.",
                "为一个向量化方案建索引，其他工作照常进行。请在载入之后再建：往索引里逐个加向量很费时。"))
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
                    Say(
                        $"{row.Embedder} has an index of {ByteSize.Format(row.IndexBytes)}; to build it anew run './pipeline index drop --embedder {row.EmbedderId}' first",
                        $"{row.Embedder} 已有 {ByteSize.Format(row.IndexBytes)} 的索引；要重建请先运行 './pipeline index drop --embedder {row.EmbedderId}'"));
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
                : Say(
                    $"index of {row.Embedder}: {plan!.Vectors:N0} vectors, {build.Elapsed.TotalSeconds:0.0} s, {ByteSize.Format(build.IndexBytes)} on disk, ",
                    $"{row.Embedder} 的索引：{plan!.Vectors:N0} 个向量，{build.Elapsed.TotalSeconds:0.0} 秒，磁盘 {ByteSize.Format(build.IndexBytes)}，")
                    + Say(
                        $"{ByteSize.Format(plan.MemoryBytes)} of memory granted, about {ByteSize.Format(plan.GraphBytes)} needed",
                        $"给予内存 {ByteSize.Format(plan.MemoryBytes)}，约需 {ByteSize.Format(plan.GraphBytes)}"));
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateDrop()
    {
        var (embedder, batch) = Selection();
        var command = new Command("drop", Say(
            "Drop the index of an embedder, for instance before a large load. Searches read every vector from then on.",
            "删除一个向量化方案的索引，例如在大批载入之前。此后搜索会逐个读取向量。")) { embedder, batch };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var indexes = new VectorIndexes(installation.DataSource, TimeProvider.System);
            var row = await ChooseAsync(installation, indexes, result.GetValue(embedder), result.GetValue(batch), cancellationToken);
            if (row.State == VectorIndexState.None)
            {
                Console.WriteLine(Say($"{row.Embedder} has no index", $"{row.Embedder} 没有索引"));
                return ExitCode.Success;
            }

            await indexes.DropAsync(row.EmbedderId, cancellationToken);
            Console.WriteLine(Say($"index of {row.Embedder} dropped", $"已删除 {row.Embedder} 的索引"));
            return ExitCode.Success;
        }));
        return command;
    }

    private static (Option<string?> Embedder, Option<string?> Batch) Selection() => (
        new Option<string?>("--embedder", "-e") { Description = Say(
            "Embedder by name (its newest version) or id. Default: the only one that has vectors.",
            "向量化方案的名称（取最新版本）或编号。默认：唯一有向量的那个。"), HelpName = "E" },
        new Option<string?>("--batch", "-b") { Description = Say("The embedder of this batch (id or name).", "此批次（批次号或名称）的向量化方案。"), HelpName = "B" });

    private static async Task<VectorIndexRow> ChooseAsync(
        Installation installation, VectorIndexes indexes, string? embedder, string? batch, CancellationToken cancellationToken)
    {
        if (embedder is not null && batch is not null)
        {
            throw new UsageException(Say("--embedder and --batch both name an embedder; give one of them.", "--embedder 和 --batch 都用于指定向量化方案；只给其一。"));
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
                (chosen.Count == 0 ? Say("There is no such embedder with vectors.", "没有这样的、带向量的向量化方案。") : Say(
                    "Several embedders have vectors: name one with --embedder.",
                    "有多个向量化方案带向量：请用 --embedder 指定一个。"))
                + Say(
                    $" There are: {string.Join(", ", rows.Select(row => $"{row.Embedder} ({row.EmbedderId})"))}.",
                    $"现有：{string.Join("、", rows.Select(row => $"{row.Embedder}（{row.EmbedderId}）"))}。"));
    }

    private static void Announce(VectorIndexRow row, VectorIndexPlan plan)
    {
        Console.Error.WriteLine(
            Say(
                $"indexing {plan.Vectors:N0} vectors of {row.Embedder}: about {ByteSize.Format(plan.GraphBytes)} of memory needed, ",
                $"正在为 {row.Embedder} 的 {plan.Vectors:N0} 个向量建索引：约需内存 {ByteSize.Format(plan.GraphBytes)}，")
            + Say(
                $"{ByteSize.Format(plan.MemoryBytes)} granted (maintenance_work_mem), {(plan.IsParallel ? "in parallel" : "on one core")}",
                $"给予 {ByteSize.Format(plan.MemoryBytes)}（maintenance_work_mem），{(plan.IsParallel ? "并行" : "单核")}"));
        if (plan.Spills)
        {
            Console.Error.WriteLine(Say(
                "that is less than needed: the build becomes several times slower when it is used up. --memory grants more.",
                "少于所需：用尽后建索引会慢数倍。可用 --memory 增加。"));
        }
    }
}
