using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Pipeline.Cli.Models;
using Pipeline.Cli.Models.Comparison;
using Pipeline.Inference.Models;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>models bench</c>: how fast a model is on this machine, and how much memory it takes.</summary>
internal static class ModelsBenchCommand
{
    private static readonly Argument<string> s_name = new("NAME") { Description = Say("The model.", "模型。") };

    private static readonly Option<int[]> s_batch = new("--batch")
    {
        Description = Say("Texts of one run, a size or a list such as 1,4,16.", "每次运行的文本数，一个数或列表，例如 1,4,16。"),
        HelpName = "N,..",
        DefaultValueFactory = _ => [1, 4, 16],
        CustomParser = Sizes,
    };

    private static readonly Option<int> s_tokens = Positive("--tokens", Say("Tokens of each text, at most as many as the model takes.", "每段文本的词元数，不超过模型的上限。"), 128);

    private static readonly Option<int> s_newTokens = Positive("--new-tokens", Say("Tokens that a generator appends to each text.", "生成模型为每段文本追加的词元数。"), 32);

    private static readonly Option<int> s_seconds = Positive("--seconds", Say("Least time to measure each batch size for.", "每种批量至少测量的秒数。"), 3);

    private static readonly Option<int> s_threads = new("--threads") { Description = Say("Threads: of a generator's run, or of an embedder's runs side by side. Default: one for each core.", "线程数：生成模型每次运行的线程，或向量模型并行运行的个数。默认：每核一个。"), HelpName = "N" };

    private static readonly Option<bool> s_compare = new("--compare")
    {
        Description = Say(
            "Whole documents through the engine, in turns with one at a time and with what --against and --peer name; the largest --batch counts.",
            "整篇文档走完整个引擎，与逐篇运行以及 --against、--peer 指定的对象轮流计时；取 --batch 中最大的一个。"),
    };

    private static readonly Option<string[]> s_against = new("--against")
    {
        Description = Say("With --compare: another model, one text at a time. May be repeated.", "与 --compare 合用：另一个模型，逐篇运行。可重复。"),
        HelpName = "NAME",
    };

    private static readonly Option<string?> s_peer = new("--peer")
    {
        Description = Say(
            "With --compare: folder of a llama.cpp driver, with the program bench and models/ARCHITECTURE-TYPE.gguf; docs/performance.md says more.",
            "与 --compare 合用：llama.cpp 驱动程序所在目录，含程序 bench 和 models/架构-类型.gguf；详见 docs/performance.md。"),
        HelpName = "FOLDER",
    };

    private static readonly Option<int> s_documents = Positive(
        "--documents", Say("With --compare: texts of a round.", "与 --compare 合用：每轮的文本数。"), 32);

    private static readonly Option<int> s_rounds = Positive("--rounds", Say("With --compare: rounds; the median counts.", "与 --compare 合用：轮数，取中位数。"), 3);

    private static readonly Option<bool> s_json = new("--json") { Description = Say("One JSON object a line.", "每行一个 JSON 对象。") };

    public static Command Create()
    {
        var command = new Command("bench", Say("Measure tokens and documents a second, and memory, by batch size.", "按批量测量每秒词元数、每秒文档数和内存。"))
        {
            s_name, s_batch, s_tokens, s_newTokens, s_seconds, s_threads, s_compare, s_against, s_peer, s_documents, s_rounds, s_json,
        };
        command.SetAction((result, cancellationToken) => ModelsRunner.RunAsync(store => result.GetValue(s_compare)
            ? CompareAsync(store, result, cancellationToken)
            : Task.Run(() => Run(store, result, cancellationToken))));
        return command;
    }

    private static int Run(ModelStore store, ParseResult result, CancellationToken cancellationToken)
    {
        var opened = store.Open(result.GetRequiredValue(s_name), cancellationToken);
        var bench = new ModelBench(TimeProvider.System, TimeSpan.FromSeconds(result.GetValue(s_seconds)), cancellationToken);
        var manifest = opened.Manifest;
        var threads = result.GetValue(s_threads);
        if (manifest.Task == ModelTask.Embed)
        {
            using var encoder = opened.CreateEncoder(threads);
            var tokens = Math.Min(result.GetValue(s_tokens), encoder.MaxTokens);
            Report(result, manifest, tokens, null, size => bench.Embed(encoder, size, tokens));
        }
        else
        {
            using var decoder = opened.CreateDecoder(threads);
            var newTokens = Math.Min(result.GetValue(s_newTokens), decoder.MaxTokens - 1);
            var tokens = Math.Min(result.GetValue(s_tokens), decoder.MaxTokens - newTokens);
            Report(result, manifest, tokens, newTokens, size => bench.Generate(decoder, size, tokens, newTokens));
        }

        return ExitCode.Success;
    }

    private static async Task<int> CompareAsync(ModelStore store, ParseResult result, CancellationToken cancellationToken)
    {
        var model = store.Open(result.GetRequiredValue(s_name), cancellationToken);
        var others = (result.GetValue(s_against) ?? []).Select(name => store.Open(name, cancellationToken)).ToList();
        if (others.Find(other => other.Manifest.Task != model.Manifest.Task) is { } stranger)
        {
            throw new UsageException(Say(
                $"--against {stranger.Manifest.Name}: one of the two models embeds and the other generates.",
                $"--against {stranger.Manifest.Name}：两个模型一个做嵌入，一个做生成。"));
        }

        int? newTokens = model.Manifest.Task == ModelTask.Embed ? null : Math.Min(result.GetValue(s_newTokens), model.Manifest.MaxTokens - 1);
        var contest = new Contest(
            Math.Min(result.GetValue(s_tokens), model.Manifest.MaxTokens - (newTokens ?? 0)),
            newTokens,
            (result.GetValue(s_batch) ?? []).DefaultIfEmpty(1).Max(),
            result.GetValue(s_documents),
            result.GetValue(s_threads) is var threads and > 0 ? threads : Environment.ProcessorCount);
        var contenders = ComparisonBench.Contenders(model, others, contest, result.GetValue(s_peer));
        var rows = await ComparisonBench.RunAsync(contenders, result.GetValue(s_rounds), cancellationToken);
        if (result.GetValue(s_json))
        {
            ContestTable.WriteJson(rows);
        }
        else
        {
            ContestTable.Write(
                Say(
                    $"{contest.Tokens} tokens{(newTokens is null ? "" : $" and {newTokens} new ones")}, {contest.Threads} threads",
                    $"{contest.Tokens} 词元{(newTokens is null ? "" : $"，另生成 {newTokens} 个")}，{contest.Threads} 线程"),
                rows);
        }

        return ExitCode.Success;
    }

    private static void Report(ParseResult result, ModelManifest manifest, int tokens, int? newTokens, Func<int, BenchResult> measure)
    {
        var precision = ModelText.Lower(manifest.Precision);
        var table = new Table().Border(TableBorder.Minimal)
            .Title(Say(
                $"{manifest.Name}, {precision}, {tokens} tokens a text{(newTokens is null ? "" : $" and {newTokens} new ones")}",
                $"{manifest.Name}，{precision}，每段 {tokens} 词元{(newTokens is null ? "" : $"，另生成 {newTokens} 个")}"))
            .AddColumns(
                [
                    Say("batch", "批量"), Say("runs", "次数"), Say("tokens/s", "词元/秒"),
                    .. newTokens is null ? Array.Empty<string>() : [Say("new tokens/s", "新词元/秒")],
                    Say("documents/s", "文档/秒"), Say("memory", "内存"),
                ]);
        foreach (var size in result.GetValue(s_batch) ?? [])
        {
            var measured = measure(size);
            if (result.GetValue(s_json))
            {
                Console.WriteLine(Utf8Output.Json(writer =>
                {
                    writer.WriteString("model", manifest.Name);
                    writer.WriteNumber("batch", size);
                    writer.WriteNumber("tokens", tokens);
                    writer.WriteNumber("runs", measured.Runs);
                    writer.WriteNumber("tokens_per_second", Math.Round(measured.TokensPerSecond, 1));
                    if (newTokens is { } count && measured.NewTokensPerSecond is { } rate)
                    {
                        writer.WriteNumber("new_tokens", count);
                        writer.WriteNumber("new_tokens_per_second", Math.Round(rate, 1));
                    }

                    writer.WriteNumber("documents_per_second", Math.Round(measured.DocumentsPerSecond, 3));
                    writer.WriteNumber("memory_bytes", measured.MemoryBytes);
                }));
            }

            table.AddRow(
                [
                    Show(size), Show(measured.Runs), Show(measured.TokensPerSecond),
                    .. measured.NewTokensPerSecond is { } appended ? [Show(appended)] : Array.Empty<string>(),
                    measured.DocumentsPerSecond.ToString("N1", CultureInfo.InvariantCulture), ModelText.Bytes(measured.MemoryBytes),
                ]);
        }

        if (!result.GetValue(s_json))
        {
            AnsiConsole.Write(table);
        }
    }

    private static string Show(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static int[] Sizes(ArgumentResult result)
    {
        var text = string.Concat(result.Tokens.Select(token => token.Value));
        var sizes = text.Split(',').Select(part => int.TryParse(part, CultureInfo.InvariantCulture, out var size) && size is > 0 and <= 4096 ? size : 0).ToArray();
        if (sizes.Contains(0))
        {
            result.AddError(Say(
                $"--batch is '{text}'; numbers from 1 to 4096 with commas between them are needed, such as 1,4,16.",
                $"--batch 是 '{text}'；需要 1 到 4096 的数，用逗号分隔，例如 1,4,16。"));
        }

        return sizes;
    }

    private static Option<int> Positive(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.TryGet<int>(out var given) && given < 1)
            {
                result.AddError(Say($"{name} must be 1 or more.", $"{name} 必须大于等于 1。"));
            }
        });
        return option;
    }
}
