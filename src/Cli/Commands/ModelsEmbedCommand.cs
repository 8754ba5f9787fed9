using System.CommandLine;
using Pipeline.Cli.Models;
using Pipeline.Inference.Encoders;
using Pipeline.Inference.Models;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Cli.Commands;

/// <summary><c>models embed</c>: raw access to an embedding model, line by line.</summary>
internal static class ModelsEmbedCommand
{

    private static readonly Option<string> s_model = ModelLines.Model();

    private static readonly Option<int> s_threads = ModelLines.Threads();

    public static Command Create()
    {
        var command = new Command(
            "embed",
            Say(
                "Vectors for lines of standard input: {id, text} or {id, ids} becomes {id, ids, vector}, normalised. Strings like [SEP] in a text are ",
                "为标准输入各行求向量：{id, text} 或 {id, ids} 变为 {id, ids, vector}，已归一化。文本中的 [SEP] 之类")
            + Say("special tokens here, as in the model's reference; a text that is too long loses its tail.", "在此按特殊词元处理，与模型的参考实现一致；过长的文本截去尾部。"))
        {
            s_model, s_threads,
        };
        command.SetAction((result, cancellationToken) => ModelsRunner.RunAsync(store =>
            RunAsync(store, result.GetRequiredValue(s_model), result.GetValue(s_threads), cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(ModelStore store, string name, int threads, CancellationToken cancellationToken)
    {
        var opened = store.Open(name, cancellationToken);
        using var model = opened.CreateEncoder(threads);
        var tokenizer = opened.LoadTokenizer();
        await using var output = Utf8Output.Open();
        return await ModelLines.RunAsync(
            input => Ids(input, model, tokenizer), window => EmbedAsync(model, window, output, cancellationToken), cancellationToken);
    }

    private static int[] Ids(ModelInput input, EncoderModel model, ISubwordTokenizer tokenizer)
    {
        var ids = input.Ids ?? EncoderInput.Create(input.Text ?? "", SpecialTokens.Recognize, model, tokenizer).Ids;
        model.Check(ids);
        return ids;
    }

    /// <summary>Writes the answers.</summary>
    /// <returns>How many rows have none.</returns>
    private static async Task<int> EmbedAsync(
        EncoderModel model, IReadOnlyList<(string Id, int[] Ids)> window, StreamWriter output, CancellationToken cancellationToken)
    {
        var vectors = new float[]?[window.Count];
        foreach (var (index, vector) in model.Embed([.. window.Select(row => row.Ids)], model.TokenBudget, cancellationToken))
        {
            vectors[index] = vector;
        }

        var missing = 0;
        foreach (var ((id, ids), vector) in window.Zip(vectors))
        {
            if (vector is null)
            {
                missing++;
                await Console.Error.WriteLineAsync(Say(
                    $"id {id}: the model gave no finite vector. Import it with --precision fp32.",
                    $"id {id}：模型没有给出有限的向量。请用 --precision fp32 导入。"));
                continue;
            }

            var json = Utf8Output.Json(writer =>
            {
                writer.WritePropertyName("id");
                writer.WriteRawValue(id);
                writer.WriteStartArray("ids");
                Array.ForEach(ids, writer.WriteNumberValue);
                writer.WriteEndArray();
                writer.WriteStartArray("vector");
                Array.ForEach(vector, writer.WriteNumberValue);
                writer.WriteEndArray();
            });
            await output.WriteLineAsync(json.AsMemory(), cancellationToken);
        }

        await output.FlushAsync(cancellationToken);
        return missing;
    }
}
