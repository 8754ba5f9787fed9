using System.CommandLine;
using Pipeline.Cli.Evaluation;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.Cli.Commands;

/// <summary><c>evaluate</c>: ROUGE of a file of candidates and references, without a database.</summary>
internal static class EvaluateCommand
{
    private const string DefaultTokenizer = "char-nfkc";

    private static readonly string TokenizerNames = string.Join(", ", Tokenizers.Names);

    public static Command Create()
    {
        var input = new Option<string>("--input", "-i")
        {
            Description = "JSON lines {id, candidate, references[] or reference, source?}; - reads standard input. A line without "
                + "an id gets its line number.",
            HelpName = "FILE",
            Required = true,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "JSON lines {id, rouge1, rouge2, rougeL, rougeLsum}, each score {p, r, f} in 0..1; - writes standard output. "
                + "A file is replaced only after the last line.",
            HelpName = "FILE",
            Required = true,
        };
        var tokenizer = new Option<string>("--tokenizer", "-t")
        {
            Description = $"What counts as a token: {TokenizerNames}. Scores of different tokenizers must not be compared.",
            HelpName = "NAME",
            DefaultValueFactory = _ => DefaultTokenizer,
        };
        tokenizer.CompletionSources.Add([.. Tokenizers.Names]);
        tokenizer.Validators.Add(result =>
        {
            if (result.Tokens is [var name, ..] && !Tokenizers.Names.Contains(name.Value))
            {
                result.AddError($"Unknown tokenizer '{name.Value}'. Choose one of {TokenizerNames}.");
            }
        });
        var json = new Option<bool>("--json")
        {
            Description = "Print the summary as one JSON object instead of a table.",
        };

        var command = new Command("evaluate", "Score candidate summaries against references with ROUGE-1, -2, -L and -Lsum.")
        {
            input, output, tokenizer, json,
        };
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
