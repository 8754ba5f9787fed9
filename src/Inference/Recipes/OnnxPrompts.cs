using Pipeline.Inference.Processing;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Recipes;

/// <summary>
/// Prompts as ids of a model. The words of the template may name special tokens; in the ticket such names are ordinary characters.
/// </summary>
internal sealed class OnnxPrompts(ISubwordTokenizer tokenizer, ChatFormat format) : IPromptTokens
{
    /// <summary>Opens a turn of ChatML.</summary>
    public const string ChatMlStart = "<|im_start|>";

    /// <summary>Ends a turn of ChatML.</summary>
    public const string ChatMlEnd = "<|im_end|>";

    public IReadOnlyList<TextSpan> Tokens(string text) => tokenizer.Encode(text, SpecialTokens.Plain, addSpecialTokens: false).Spans;

    public int Count(Prompt prompt) => Ids(prompt).Length;

    /// <summary>The ids, with what the tokenizer puts around every text.</summary>
    public int[] Ids(Prompt prompt) => tokenizer.Encode([.. Parts(prompt)], addSpecialTokens: true).Ids;

    private IEnumerable<TextPart> Parts(Prompt prompt)
    {
        var isChat = format == ChatFormat.ChatMl;
        if (prompt.System is { } system)
        {
            yield return Words(isChat ? $"{ChatMlStart}system\n{system}{ChatMlEnd}\n" : system + "\n");
        }

        if (isChat)
        {
            yield return Words($"{ChatMlStart}user\n");
        }

        foreach (var part in prompt.Parts)
        {
            yield return new(part.Text, part.IsUserText ? SpecialTokens.Plain : SpecialTokens.Recognize);
        }

        if (isChat)
        {
            yield return Words($"{ChatMlEnd}\n{ChatMlStart}assistant\n");
        }
    }

    private static TextPart Words(string text) => new(text, SpecialTokens.Recognize);
}
