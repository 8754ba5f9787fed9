using Pipeline.Cli.Output;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.Cli.Evaluation;

/// <param name="Input">A path, or <see cref="StandardStream"/>.</param>
/// <param name="Output">A path, or <see cref="StandardStream"/>.</param>
/// <param name="Tokenizer">What counts as a token.</param>
/// <param name="AsJson">Whether the summary is a JSON object rather than a table.</param>
internal sealed record EvaluationRequest(string Input, string Output, Tokenizer Tokenizer, bool AsJson)
{
    public const string StandardStream = "-";

    /// <summary>The input as messages name it.</summary>
    public string InputName => Input == StandardStream ? Say("standard input", "标准输入") : Input;

    public bool WritesStandardOutput => Output == OutputTarget.StandardStream;
}
