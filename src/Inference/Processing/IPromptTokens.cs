using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Processing;

/// <summary>How long texts and prompts are for a model.</summary>
internal interface IPromptTokens
{
    /// <summary>The tokens of a text, in order; an estimate where the model's tokenizer is not at hand.</summary>
    IReadOnlyList<TextSpan> Tokens(string text);

    /// <summary>Tokens of a whole prompt.</summary>
    int Count(Prompt prompt);
}
