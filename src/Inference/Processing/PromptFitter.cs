using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Processing;

/// <summary>Makes prompts that are not longer than a model may read.</summary>
internal sealed class PromptFitter(IPromptTokens tokens, PromptTemplate template, int maxTokens, double headShare)
{
    /// <summary>Tokens that the words of the template leave for the text, by their longest wording.</summary>
    public int Room { get; } = maxTokens - Enum.GetValues<PromptKind>().Max(kind => tokens.Count(template.Render(kind, "", EventSplit.MaxEvents)));

    /// <summary>The prompt for a text, of which the middle is left out when it is too long.</summary>
    public (Prompt Prompt, TextCut Cut) Fit(PromptKind kind, string text, int events = 0)
    {
        var prompt = template.Render(kind, text, events);
        var spans = tokens.Tokens(text);
        var cut = new TextCut(text, spans.Count, spans.Count);
        var budget = spans.Count;

        // The tokens beside a cut change, so how long the prompt has become is counted and not computed.
        while (tokens.Count(prompt) - maxTokens is > 0 and var excess && budget > 0)
        {
            budget -= excess;
            cut = HeadTailCut.Cut(text, spans, budget, headShare);
            prompt = template.Render(kind, cut.Text, events);
        }

        return (prompt, cut);
    }
}
