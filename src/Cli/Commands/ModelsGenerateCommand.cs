using System.CommandLine;
using System.Text.Json;
using Pipeline.Cli.Models;
using Pipeline.Inference;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Models;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Cli.Commands;

/// <summary><c>models generate</c>: raw access to a generating model, line by line.</summary>
internal static class ModelsGenerateCommand
{
    private static readonly Option<string> s_model = ModelLines.Model();

    private static readonly Option<int> s_threads = ModelLines.Threads();

    private static readonly GenerationArguments s_generation = new();

    private static readonly Option<int> s_logits = new("--logits")
    {
        Description = Say("Also prints the first K logits at the prompt's last position, and logsumexp over all of them.", "另输出提示末位的前 K 个 logit，以及全部 logit 的 logsumexp。"),
        HelpName = "K",
    };

    private static readonly Option<int> s_cache = new("--cache-mb")
    {
        Description = Say("Most memory for the keys and values of the prompts that run together.", "一起运行的提示所用键值缓存的最大内存。"),
        HelpName = "MB",
        DefaultValueFactory = _ => (int)(new TextGeneratorOptions().MaxCacheBytes >> 20),
    };

    public static Command Create()
    {
        s_logits.Validators.Add(result =>
        {
            if (result.TryGet<int>(out var given) && given < 1)
            {
                result.AddError(Say("--logits must be 1 or more.", "--logits 必须大于等于 1。"));
            }
        });
        var command = new Command(
            "generate",
            Say(
                "Continuations of lines of standard input: {id, text} or {id, ids} becomes {id, prompt_ids, ids, text, logprob, finish_reason}. Nothing ",
                "续写标准输入各行：{id, text} 或 {id, ids} 变为 {id, prompt_ids, ids, text, logprob, finish_reason}。文本前后不加任何内容。")
            + Say(
                "is put around a text. Strings like </s> in it are special tokens here, as in the model's reference. Greedy unless told otherwise.",
                "其中的 </s> 之类按特殊词元处理，与模型的参考实现一致。默认贪心解码。"))
        {
            s_model, s_threads, s_logits, s_cache,
        };
        s_generation.AddTo(command);
        command.SetAction((result, cancellationToken) => ModelsRunner.RunAsync(store => RunAsync(store, result, cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(ModelStore store, ParseResult result, CancellationToken cancellationToken)
    {
        var options = s_generation.Read(result);
        options.Validate();
        var opened = store.Open(result.GetRequiredValue(s_model), cancellationToken);
        using var generator = opened.CreateGenerator(new() { MaxCacheBytes = (long)result.GetValue(s_cache) << 20 }, result.GetValue(s_threads));
        await using var output = Utf8Output.Open();
        return await ModelLines.RunAsync(
            input => input.Ids ?? generator.Tokenizer.Encode(input.Text ?? "", SpecialTokens.Recognize, addSpecialTokens: true).Ids,
            window => GenerateAsync(window),
            cancellationToken);

        async Task<int> GenerateAsync(IReadOnlyList<(string Id, int[] Ids)> window)
        {
            var outcomes = new TextOutcome<GeneratedText>[window.Count];
            await foreach (var outcome in generator.GenerateAsync([.. window.Select(row => row.Ids)], options, RequestPriority.Interactive, cancellationToken))
            {
                outcomes[outcome.Index] = outcome;
            }

            var missing = 0;
            foreach (var ((id, prompt), outcome) in window.Zip(outcomes))
            {
                if (outcome.Value is { } text)
                {
                    var json = Utf8Output.Json(writer => Write(writer, id, prompt, text, generator.Decoder, result.GetValue(s_logits)));
                    await output.WriteLineAsync(json.AsMemory(), cancellationToken);
                }
                else
                {
                    missing++;
                    await Console.Error.WriteLineAsync($"id {id}: {outcome.Failure?.Reason}");
                }
            }

            await output.FlushAsync(cancellationToken);
            return missing;
        }
    }

    private static void Write(Utf8JsonWriter writer, string id, int[] prompt, GeneratedText text, IDecoder decoder, int logitCount)
    {
        writer.WritePropertyName("id");
        writer.WriteRawValue(id);
        WriteNumbers(writer, "prompt_ids", prompt);
        WriteNumbers(writer, "ids", text.Ids);
        writer.WriteString("text", text.Text);
        writer.WriteNumber("logprob", text.LogProbability);
        if (text.Score is { } score)
        {
            writer.WriteNumber("score", score);
        }

        writer.WriteString("finish_reason", text.FinishReason switch
        {
            FinishReason.EndOfSequence => "eos",
            FinishReason.Stop => "stop",
            _ => "length",
        });
        if (logitCount > 0)
        {
            using var batch = decoder.Start([prompt], newTokens: 0);
            var logits = batch.Logits(0);
            writer.WriteStartArray("logits");
            foreach (var logit in logits[..Math.Min(logitCount, logits.Length)])
            {
                writer.WriteNumberValue(logit);
            }

            writer.WriteEndArray();
            writer.WriteNumber("logsumexp", LogSumExp.Of(logits));
        }
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, IEnumerable<int> numbers)
    {
        writer.WriteStartArray(name);
        foreach (var number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }
}
