using System.CommandLine;
using Pipeline.Cli.Models;
using Pipeline.Inference.Classification;
using Pipeline.Inference.Models;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Cli.Commands;

/// <summary><c>models classify</c>: raw access to a classifier, line by line.</summary>
internal static class ModelsClassifyCommand
{
    private static readonly Option<string> s_model = ModelLines.Model();

    private static readonly Option<int> s_threads = ModelLines.Threads();

    private static readonly Option<int> s_top = new("--top") { Description = Say("So many classes of each line.", "每行给出的类别数。"), HelpName = "N", DefaultValueFactory = _ => 3 };

    public static Command Create()
    {
        var command = new Command(
            "classify",
            Say(
                "Classes for lines of standard input: {id, text} or {id, ids} becomes {id, label, probability, classes}, the most probable first. A text that is too "
                + "long loses its tail.",
                "为标准输入各行分类：{id, text} 或 {id, ids} 变为 {id, label, probability, classes}，按概率从高到低。过长的文本截去尾部。"))
        {
            s_model, s_top, s_threads,
        };
        s_top.Validators.Add(result =>
        {
            if (result.TryGet<int>(out var given) && given < 1)
            {
                result.AddError(Say("--top must be at least 1.", "--top 必须至少为 1。"));
            }
        });
        command.SetAction((result, cancellationToken) => ModelsRunner.RunAsync(store => RunAsync(store, result, cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(ModelStore store, ParseResult result, CancellationToken cancellationToken)
    {
        var opened = store.Open(result.GetRequiredValue(s_model), cancellationToken);
        using var model = opened.CreateClassifier(result.GetValue(s_threads));
        var tokenizer = opened.LoadTokenizer();
        await using var output = Utf8Output.Open();
        return await ModelLines.RunAsync(
            input =>
            {
                var ids = input.Ids ?? model.Tokenize(input.Text ?? "", SpecialTokens.Recognize, tokenizer).Ids;
                model.Check(ids);
                return ids;
            },
            window => ClassifyAsync(model, window, result.GetValue(s_top), output, cancellationToken), cancellationToken);
    }

    /// <summary>Writes the answers.</summary>
    /// <returns>How many rows have none.</returns>
    private static async Task<int> ClassifyAsync(
        ClassifierModel model, IReadOnlyList<(string Id, int[] Ids)> window, int top, StreamWriter output, CancellationToken cancellationToken)
    {
        var answers = new double[]?[window.Count];
        foreach (var (index, probabilities) in model.Classify([.. window.Select(row => row.Ids)], cancellationToken))
        {
            answers[index] = probabilities;
        }

        var missing = 0;
        foreach (var ((id, _), probabilities) in window.Zip(answers))
        {
            if (probabilities is null)
            {
                missing++;
                await Console.Error.WriteLineAsync(Say(
                    $"id {id}: the model gave no finite score. Import it with --precision fp32.",
                    $"id {id}：模型没有给出有限的分数。请用 --precision fp32 导入。"));
                continue;
            }

            var best = probabilities.Select((probability, place) => (Label: model.Profile.Labels[place], Probability: probability))
                .OrderByDescending(pair => pair.Probability).Take(top).ToList();
            var json = Utf8Output.Json(writer =>
            {
                writer.WritePropertyName("id");
                writer.WriteRawValue(id);
                writer.WriteString("label", best[0].Label);
                writer.WriteNumber("probability", Math.Round(best[0].Probability, 6));
                writer.WriteStartArray("classes");
                foreach (var (label, probability) in best)
                {
                    writer.WriteStartObject();
                    writer.WriteString("label", label);
                    writer.WriteNumber("probability", Math.Round(probability, 6));
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            });
            await output.WriteLineAsync(json.AsMemory(), cancellationToken);
        }

        await output.FlushAsync(cancellationToken);
        return missing;
    }
}
