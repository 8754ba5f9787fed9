using System.CommandLine;
using System.Text;
using Pipeline.Inference;
using Pipeline.Inference.Recipes;

namespace Pipeline.Cli.Commands;

/// <summary><c>summarize</c>: one text from standard input, its summary on standard output; needs no servers.</summary>
internal static class SummarizeCommand
{
    private static readonly UTF8Encoding _strictUtf8 = new(false, throwOnInvalidBytes: true);

    public static Command Create()
    {
        var recipe = new Option<string>("--recipe")
        {
            Description = Say(
                "The recipe: a built-in one, one that was added, or an imported model; './pipeline recipes list' shows them.",
                "配方：内置的、添加的或已导入的模型；'./pipeline recipes list' 可列出。"),
            HelpName = "R",
            DefaultValueFactory = _ => BuiltInRecipes.Extractive.Name,
        };
        var json = new Option<bool>("--json") { Description = Say(
            "Print one JSON object {recipe, summary, finish_reason, truncated, flags, tokens}.",
            "输出一个 JSON 对象 {recipe, summary, finish_reason, truncated, flags, tokens}。") };
        var command = new Command("summarize", Say("Summarise one text from standard input.", "为标准输入中的一段文本生成摘要。")) { recipe, json };
        command.SetAction((result, cancellationToken) => Engines.RunAsync(engines =>
            RunAsync(engines, result.GetRequiredValue(recipe), result.GetValue(json), cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(Engines engines, string recipeName, bool json, CancellationToken cancellationToken)
    {
        var summarizer = engines.Factory.CreateSummarizer(engines.Recipes.Find(recipeName, RecipeStage.Summarize), RequestPriority.Interactive);
        string text;
        try
        {
            using var input = new StreamReader(Console.OpenStandardInput(), _strictUtf8);
            text = await input.ReadToEndAsync(cancellationToken);
        }
        catch (DecoderFallbackException exception)
        {
            await Console.Error.WriteLineAsync(Say(
                $"Standard input is not UTF-8: {exception.Message} Convert it, for example with iconv.",
                $"标准输入不是 UTF-8：{exception.Message} 请先转换，例如用 iconv。"));
            return 1;
        }

        await foreach (var outcome in summarizer.SummarizeAsync([text], cancellationToken))
        {
            if (outcome.Value is not { } summary)
            {
                await Console.Error.WriteLineAsync(outcome.Failure?.Code == "empty-text"
                    ? Say(
                        "Standard input holds no text. Pipe one in: echo '...' | ./pipeline summarize",
                        "标准输入没有文本。请用管道送入：echo '...' | ./pipeline summarize")
                    : Say($"No summary: {outcome.Failure?.Reason} ({outcome.Failure?.Code})", $"没有摘要：{outcome.Failure?.Reason}（{outcome.Failure?.Code}）"));
                return 1;
            }

            await WriteAsync(recipeName, summary, json, cancellationToken);
        }

        return 0;
    }

    private static async Task WriteAsync(string recipeName, Summary summary, bool json, CancellationToken cancellationToken)
    {
        await using var output = Utf8Output.Open();
        await output.WriteLineAsync((json ? Json(recipeName, summary) : summary.Text).AsMemory(), cancellationToken);
    }

    private static string Json(string recipeName, Summary summary) => Utf8Output.Json(writer =>
    {
        writer.WriteString("recipe", recipeName);
        writer.WriteString("summary", summary.Text);
        writer.WriteString("finish_reason", summary.FinishReason);
        writer.WriteBoolean("truncated", summary.Truncated);
        writer.WriteStartArray("flags");
        foreach (var flag in summary.Flags)
        {
            writer.WriteStringValue(flag);
        }

        writer.WriteEndArray();
        if (summary.Tokens is { } tokens)
        {
            writer.WriteStartObject("tokens");
            writer.WriteNumber("source", tokens.Source);
            writer.WriteNumber("read", tokens.Read);
            writer.WriteNumber("prompt", tokens.Prompt);
            writer.WriteNumber("output", tokens.Output);
            writer.WriteEndObject();
        }
    });
}
