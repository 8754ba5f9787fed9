using System.CommandLine;
using Pipeline.Cli.Models;
using Pipeline.Cli.Output;
using Pipeline.Inference.Models;

namespace Pipeline.Cli.Commands;

/// <summary><c>models import</c>: a downloaded folder becomes a model of the store.</summary>
internal static class ModelsImportCommand
{
    private static readonly Argument<string> s_folder = new("DIR")
    {
        Description = Say(
            "The model's folder as it is downloaded from Hugging Face or ModelScope: config.json, tokenizer, weights.",
            "从 Hugging Face 或 ModelScope 下载的模型目录：config.json、分词器、权重。"),
    };

    private static readonly Option<string?> s_name = new("--name") { Description = Say("Name of the model. Default: the folder's.", "模型名称。默认：目录名。"), HelpName = "NAME" };

    private static readonly Option<string> s_precision = Choice("--precision", Say("How matrices are stored: ", "矩阵的存储精度："), "fp32", "fp16", "int8", "int4");

    private static readonly Option<string> s_target = Choice("--target", Say("The machine to run on: ", "运行的硬件："), "cpu", "cuda");

    private static readonly Option<string?> s_cache = new("--cache")
    {
        Description = Say(
            "For a BLOOM that generates with --target cuda: int8 keeps keys and values in 8 bits, with a scale for each token of each head. That is about half "
                + "the memory, and steps are faster; 'models agree' with an import without it says what it costs. Default: as the graph computes.",
            "用于以 --target cuda 生成文本的 BLOOM：int8 以 8 位保存键和值，每个词元的每个头一个比例因子。显存约减半，单步更快；"
                + "用 'models agree' 与不带该选项的导入比较可知代价。默认：与计算图的运算精度相同。"),
        HelpName = "int8",
    };

    private static readonly Option<string?> s_pooling = new("--pooling")
    {
        Description = Say(
            "For an embedder whose folder does not say how tokens become one vector: cls (the first token's, the default), mean or last. With it, "
                + "a decoder is imported as an embedder.",
            "用于目录未说明池化方式的向量模型：cls（首个词元，默认）、mean（平均）或 last（末个词元）。给出它时，生成模型按向量模型导入。"),
        HelpName = "cls|mean|last",
    };

    private static readonly Option<bool> s_onnx = new("--onnx")
    {
        Description = Say("Take the ONNX export in the folder (model.onnx or onnx/model.onnx) instead of weights.", "使用目录中的 ONNX 导出（model.onnx 或 onnx/model.onnx），而不是权重。"),
    };

    private static readonly Option<string?> s_shortlist = new("--shortlist")
    {
        Description = Say(
            "For a generator in int8 or int4: a file of texts like those that will be summarised, one a line. The model chooses only among the tokens that "
                + "occur in them, which is faster; 'models agree' with an import without it says what is lost.",
            "用于 int8 或 int4 的生成模型：与待摘要文本相似的文本文件，每行一段。模型只从其中出现的词元中选择，速度更快；用 'models agree' 与不带该选项的导入比较可知损失。"),
        HelpName = "FILE",
    };

    private static readonly Option<bool> s_json = new("--json") { Description = Say("Print one JSON object.", "输出一个 JSON 对象。") };

    public static Command Create()
    {
        s_cache.AcceptOnlyFromAmong("int8");
        s_pooling.AcceptOnlyFromAmong("cls", "mean", "last");
        var command = new Command("import", Say("Import a model. Importing the same folder again changes nothing.", "导入模型。重复导入同一目录不会有任何变化。"))
        {
            s_folder, s_name, s_precision, s_target, s_cache, s_pooling, s_onnx, s_shortlist, s_json,
        };
        command.SetAction((result, cancellationToken) => ModelsRunner.RunAsync(store => Task.Run(() => Import(store, result, cancellationToken))));
        return command;
    }

    private static int Import(ModelStore store, ParseResult result, CancellationToken cancellationToken)
    {
        var request = new ImportRequest
        {
            Folder = result.GetRequiredValue(s_folder),
            Name = result.GetValue(s_name),
            Precision = Enum.Parse<ModelPrecision>(result.GetRequiredValue(s_precision), ignoreCase: true),
            Target = Enum.Parse<ModelTarget>(result.GetRequiredValue(s_target), ignoreCase: true),
            Cache = result.GetValue(s_cache) is { } cache ? Enum.Parse<ModelPrecision>(cache, ignoreCase: true) : null,
            Onnx = result.GetValue(s_onnx),
            Shortlist = result.GetValue(s_shortlist),
            Pooling = result.GetValue(s_pooling) is { } pooling ? Enum.Parse<PoolingMode>(pooling, ignoreCase: true) : null,
        };
        ImportedModel imported;
        using (var display = new ProgressDisplay(TimeProvider.System))
        {
            var shown = "";
            imported = new ModelImporter(store).Import(
                request,
                progress =>
                {
                    // Only when it reads differently: progress is heard for every piece of every tensor.
                    if (Line(progress) is var line && line != shown)
                    {
                        display.Show(shown = line);
                    }
                },
                cancellationToken);
        }

        var manifest = imported.Manifest;
        var bytes = store.List().Single(model => model.Name == manifest.Name).Bytes;
        Console.WriteLine(result.GetValue(s_json)
            ? Utf8Output.Json(writer =>
            {
                ModelText.Write(writer, manifest, bytes);
                writer.WriteBoolean("unchanged", !imported.Replaced);
            })
            : $"{(imported.Replaced ? Say("imported", "已导入") : Say("unchanged", "未变"))}: {manifest.Name} ({manifest.Architecture}, {ModelText.Lower(manifest.Task)}, "
                + Say(
                    $"{ModelText.Shape(manifest)}, up to {manifest.MaxTokens} tokens, {ModelText.Lower(manifest.Precision)}, {ModelText.Bytes(bytes)})",
                    $"{ModelText.Shape(manifest)}，最多 {manifest.MaxTokens} 词元，{ModelText.Lower(manifest.Precision)}，{ModelText.Bytes(bytes)})"));
        return ExitCode.Success;
    }

    private static string Line(ImportProgress progress) => progress.TotalBytes == 0
        ? progress.Step
        : Say(
            $"{progress.Step} {100 * progress.Bytes / progress.TotalBytes,3} % of {ModelText.Bytes(progress.TotalBytes)}",
            $"{progress.Step} {100 * progress.Bytes / progress.TotalBytes,3} %（共 {ModelText.Bytes(progress.TotalBytes)}）");

    private static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name)
        {
            Description = $"{description}{string.Join(", ", values)}.",
            HelpName = string.Join('|', values),
            DefaultValueFactory = _ => values[0],
        };
        return option.AcceptOnlyFromAmong(values);
    }
}
