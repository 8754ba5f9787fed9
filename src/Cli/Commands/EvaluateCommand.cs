using System.CommandLine;
using Pipeline.Cli.Evaluation;
using Pipeline.Cli.Output;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.Cli.Commands;

/// <summary><c>evaluate</c>: ROUGE of a file of candidates and references, without a database.</summary>
internal static class EvaluateCommand
{
    private const string DefaultTokenizer = "char";

    private static readonly string TokenizerNames = string.Join(", ", Tokenizers.Names);

    public static Command Create()
    {
        var input = new Option<string>("--input", "-i")
        {
            Description = Say(
                "JSON lines {id, candidate, references[] or reference, source?}; - reads standard input. A line without ",
                "JSON Lines {id, candidate, references[] 或 reference, source?}；- 为标准输入。没有 id 的行")
                + Say("an id gets its line number.", "以行号为 id。"),
            HelpName = "FILE",
            Required = true,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = Say(
                "JSON lines {id, rouge1, rouge2, rougeL, rougeLsum}, each score {p, r, f} in 0..1, and the text statistics where a line has a source; - writes standard output. ",
                "JSON Lines {id, rouge1, rouge2, rougeL, rougeLsum}，每项为 0..1 的 {p, r, f}，有 source 的行另附文本统计；- 为标准输出。")
                + Say("A file is replaced only after the last line.", "写完最后一行才替换文件。"),
            HelpName = "FILE",
            Required = true,
        };
        var tokenizer = new Option<string>("--tokenizer", "-t")
        {
            Description = Say($"What counts as a token: {TokenizerNames}. Scores of different tokenizers must not be compared.", $"分词方式：{TokenizerNames}。不同分词方式的分数不可比较。"),
            HelpName = "NAME",
            DefaultValueFactory = _ => DefaultTokenizer,
        };
        tokenizer.CompletionSources.Add([.. Tokenizers.Names]);
        tokenizer.Validators.Add(result =>
        {
            if (result.Tokens is [var name, ..] && !Tokenizers.Names.Contains(name.Value))
            {
                result.AddError(Say($"Unknown tokenizer '{name.Value}'. Choose one of {TokenizerNames}.", $"未知的分词方式 '{name.Value}'。可选：{TokenizerNames}。"));
            }
        });
        var json = new Option<bool>("--json")
        {
            Description = Say("Print the summary as one JSON object instead of a table.", "以 JSON 对象而不是表格输出汇总。"),
        };

        var command = new Command("evaluate", Say("Score candidate summaries against references with ROUGE-1, -2, -L and -Lsum.", "用 ROUGE-1、-2、-L 和 -Lsum 对照参考摘要评分。"))
        {
            input, output, tokenizer, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(input) is { } from && result.GetValue(output) is { } to && File.Exists(from) && OutputTarget.Resolve(from) == OutputTarget.Resolve(to))
            {
                result.AddError(Say(
                    $"--output {to} is the input, which would be replaced. Name another file.", $"--output {to} 就是输入文件，会被覆盖。请指定别的文件。"));
            }
        });
        command.SetAction((result, cancellationToken) =>
        {
            var request = new EvaluationRequest(
                result.GetRequiredValue(input),
                result.GetRequiredValue(output),
                Tokenizers.Get(result.GetRequiredValue(tokenizer)),
                result.GetValue(json));
            var run = new EvaluationRun(request, result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            return run.ExecuteAsync(cancellationToken);
        });
        return command;
    }
}
