using System.CommandLine;
using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json;
using Pipeline.Cli.Models;
using Pipeline.Inference.Encoders;
using Pipeline.Inference.Models;
using Pipeline.Inference.Tokenization;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>models agree</c>: how near one import of a model is to another, such as int8 to fp32, or one for a GPU to one for a CPU.</summary>
internal static class ModelsAgreeCommand
{
    private static readonly Argument<string> s_name = new("NAME") { Description = Say("The model to judge.", "要评判的模型。") };

    private static readonly Argument<string> s_reference = new("REFERENCE") { Description = Say("What it is compared with.", "比较的基准。") };

    private static readonly Option<int> s_random = Number(
        "--random", Say("So many texts of random tokens instead of standard input.", "不读标准输入，改用这么多段随机词元。"), 0, 0);

    private static readonly Option<int> s_tokens = Number("--tokens", Say("Tokens of each random text.", "每段随机文本的词元数。"), 128, 1);

    private static readonly Option<int> s_newTokens = Number(
        "--new-tokens", Say("With generators: tokens behind each text that are compared.", "生成模型：每段文本之后比较的词元数。"), 32, 0);

    private static readonly Option<int> s_together = Number(
        "--together",
        Say(
            "Texts that run together; of random ones each has another length then, down to half.",
            "同时运行的文本数；随机文本的长度此时各不相同，最短为一半。"),
        1, 1);

    private static readonly Option<int> s_threads = ModelLines.Threads();

    private static readonly Option<bool> s_json = new("--json") { Description = Say("One JSON object.", "一个 JSON 对象。") };

    public static Command Create()
    {
        var command = new Command(
            "agree",
            Say(
                "How near one import of a model is to another, on lines {text} or {ids} of standard input: of embedders the cosines of their vectors, of "
                + "generators how often they choose the same token along the reference's greedy texts, and the perplexity of these.",
                "一个模型的两种导入有多接近，输入为标准输入各行的 {text} 或 {ids}：向量模型比较向量的余弦，生成模型沿基准的贪心文本比较所选词元是否相同以及困惑度。"))
        {
            s_name, s_reference, s_random, s_tokens, s_newTokens, s_together, s_threads, s_json,
        };
        command.SetAction((result, cancellationToken) => ModelsRunner.RunAsync(store => RunAsync(store, result, cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(ModelStore store, ParseResult result, CancellationToken cancellationToken)
    {
        var model = store.Open(result.GetRequiredValue(s_name), cancellationToken);
        var reference = store.Open(result.GetRequiredValue(s_reference), cancellationToken);
        if (model.Manifest.Task != reference.Manifest.Task || model.Manifest.Vocabulary != reference.Manifest.Vocabulary)
        {
            throw new UsageException(Say(
                $"'{model.Manifest.Name}' and '{reference.Manifest.Name}' are not imports of the same model: one embeds and the other generates, or their vocabularies differ.",
                $"'{model.Manifest.Name}' 与 '{reference.Manifest.Name}' 不是同一模型的导入：一个做嵌入一个做生成，或词表不同。"));
        }

        return model.Manifest.Task == ModelTask.Embed
            ? await EmbedAsync(model, reference, result, cancellationToken)
            : await GenerateAsync(model, reference, result, cancellationToken);
    }

    private static async Task<int> GenerateAsync(OpenedModel model, OpenedModel reference, ParseResult result, CancellationToken cancellationToken)
    {
        var threads = result.GetValue(s_threads);
        var tokenizer = reference.LoadTokenizer();
        using var left = model.CreateDecoder(threads);
        using var right = reference.CreateDecoder(threads);
        var agreement = new DecoderAgreement(left, right, result.GetValue(s_newTokens));
        var (texts, most) = (0, Math.Min(left.MaxTokens, right.MaxTokens));
        var code = await ReadAsync(
            result, most, right.VocabularySize,
            input => Check(
                input.Ids ?? tokenizer.Encode(input.Text ?? "", SpecialTokens.Recognize, addSpecialTokens: true).Ids, most, right.VocabularySize),
            prompts =>
            {
                agreement.Add(prompts);
                texts += prompts.Count;
                return 0;
            },
            cancellationToken);
        return texts == 0 ? Nothing() : Report(code, model, reference, texts, result,
        [
            ("tokens", Say("tokens compared", "比较的词元"), agreement.Tokens, "N0"),
            ("same_token", Say("same token", "相同词元"), (double)agreement.Same / agreement.Tokens, "P2"),
            ("perplexity", Say("perplexity", "困惑度"), agreement.Perplexity, "N4"),
            ("perplexity_reference", Say("the reference's", "基准的困惑度"), agreement.ReferencePerplexity, "N4"),
            ("left_out", Say("probability of tokens it can't choose", "它不能选择的词元的概率"), agreement.LeftOut, "P3"),
            ("logit_rms_worst", Say("largest difference of logits (rms)", "logits 最大差异（均方根）"), agreement.WorstLogits, "N5"),
        ]);
    }

    private static async Task<int> EmbedAsync(OpenedModel model, OpenedModel reference, ParseResult result, CancellationToken cancellationToken)
    {
        var threads = result.GetValue(s_threads);
        var tokenizer = reference.LoadTokenizer();
        using var left = model.CreateEncoder(threads);
        using var right = reference.CreateEncoder(threads);
        var cosines = new List<double>();
        var code = await ReadAsync(
            result, right.MaxTokens, right.Vocabulary,
            input => Check(
                input.Ids ?? EncoderInput.Create(input.Text ?? "", SpecialTokens.Recognize, right, tokenizer).Ids, right.MaxTokens, right.Vocabulary),
            texts =>
            {
                var pairs =
                    from own in left.Embed(texts, left.TokenBudget, cancellationToken)
                    join other in right.Embed(texts, right.TokenBudget, cancellationToken) on own.Index equals other.Index
                    where own.Vector is not null && other.Vector is not null
                    select (double)TensorPrimitives.Dot(own.Vector, other.Vector);
                var before = cosines.Count;
                cosines.AddRange(pairs);
                return texts.Count - (cosines.Count - before);
            },
            cancellationToken);
        return cosines.Count == 0 ? Nothing() : Report(code, model, reference, cosines.Count, result,
        [
            ("cosine_lowest", Say("lowest cosine", "最低余弦"), cosines.Min(), "N6"),
            ("cosine_mean", Say("mean cosine", "平均余弦"), cosines.Average(), "N6"),
        ]);
    }

    /// <summary>Runs the lines of standard input, or random ids, so many together as was asked for.</summary>
    private static async Task<int> ReadAsync(
        ParseResult result,
        int maxTokens,
        int vocabulary,
        Func<ModelInput, int[]> prepare,
        Func<IReadOnlyList<int[]>, int> run,
        CancellationToken cancellationToken)
    {
        var together = result.GetValue(s_together);
        if (result.GetValue(s_random) is var count and > 0)
        {
            var random = new Random(count);
            var tokens = Math.Min(result.GetValue(s_tokens), Math.Max(1, maxTokens - result.GetValue(s_newTokens)));
            var missing = 0;
            foreach (var texts in Enumerable.Range(0, count).Select(Text).Chunk(together))
            {
                cancellationToken.ThrowIfCancellationRequested();
                missing += run(texts);
            }

            return missing == 0 ? ExitCode.Success : ExitCode.Failure;

            int[] Text(int text) => [.. Enumerable.Range(0, tokens - (text % together * (tokens / 2) / together)).Select(_ => random.Next(vocabulary))];
        }

        return await ModelLines.RunAsync(
            prepare, window => Task.FromResult(window.Select(line => line.Ids).Chunk(together).Sum(texts => run(texts))), cancellationToken);
    }

    private static int[] Check(int[] ids, int maxTokens, int vocabulary) =>
        ids.Length > 0 && ids.Length <= maxTokens && ids.All(id => id >= 0 && id < vocabulary) ? ids : throw new FormatException(Say(
            $"The model takes 1 to {maxTokens} tokens with ids below {vocabulary}; {ids.Length} were given.",
            $"模型接受 1 到 {maxTokens} 个词元，编号小于 {vocabulary}；给出了 {ids.Length} 个。"));

    private static int Nothing() => CommandRunner.Complain(Say(
        "There was no text to compare. Give lines {\"text\": ...} on standard input, or --random N.", "没有可比较的文本。请在标准输入给出 {\"text\": ...} 各行，或用 --random N。"));

    private static int Report(
        int code, OpenedModel model, OpenedModel reference, int texts, ParseResult result, (string Name, string Title, double Value, string Format)[] figures)
    {
        if (result.GetValue(s_json))
        {
            Console.WriteLine(Utf8Output.Json(writer =>
            {
                writer.WriteString("model", model.Manifest.Name);
                writer.WriteString("reference", reference.Manifest.Name);
                writer.WriteNumber("texts", texts);
                Array.ForEach(figures, figure => Write(writer, figure.Name, figure.Value));
            }));
            return code;
        }

        var table = new Table().Border(TableBorder.Minimal).AddColumns([Say("model", "模型"), Say("reference", "基准"), Say("texts", "文本"), .. figures.Select(figure => figure.Title)]);
        table.AddRow(
        [
            Describe(model), Describe(reference), texts.ToString("N0", CultureInfo.InvariantCulture),
            .. figures.Select(figure => figure.Value.ToString(figure.Format, CultureInfo.InvariantCulture)),
        ]);
        AnsiConsole.Write(table);
        return code;
    }

    private static void Write(Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static string Describe(OpenedModel model) =>
        $"{model.Manifest.Name} ({ModelText.Lower(model.Manifest.Precision)}, {ModelText.Lower(model.Manifest.Target)})".EscapeMarkup();

    private static Option<int> Number(string name, string description, int value, int least)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.TryGet<int>(out var given) && given < least)
            {
                result.AddError(Say($"{name} must be {least} or more.", $"{name} 必须大于等于 {least}。"));
            }
        });
        return option;
    }
}
