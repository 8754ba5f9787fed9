using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Processing;

/// <summary>Decides what a model is asked about a text.</summary>
internal sealed class SummaryPlanner(IPromptTokens tokens, SummarySettings settings)
{
    private readonly PromptFitter _fitter = new(tokens, settings.Template, settings.MaxPromptTokens, settings.HeadShare);

    /// <summary>Tokens of text that fit into one prompt.</summary>
    public int Room => _fitter.Room;

    /// <summary>
    /// A text beyond the window is summarised in parts, one with several events in the recipe's way, one with a cause by the wording that
    /// demands it, and every other one by the plain wording.
    /// </summary>
    /// <param name="text">The text, trimmed and not empty.</param>
    /// <param name="mayDivide">False when the text is made of summaries of parts that would not become shorter any more.</param>
    public SummaryPlan Plan(string text, bool mayDivide)
    {
        if (settings.MaxParts > 1 && mayDivide && tokens.Tokens(text) is var spans && spans.Count > _fitter.Room)
        {
            return Parts(SentenceChunks.Split(text, spans, _fitter.Room), spans.Count);
        }

        using var source = new SourceText(text, splitLists: false);
        var events = settings.Events == EventMode.Off ? [] : EventSplit.Find(source);
        return events.Count switch
        {
            0 => Whole(KindOf(source), text, 0),
            _ when settings.Events == EventMode.Prompt && settings.Template.Events is not null =>
                Whole(PromptKind.Events, text, events.Count) with { IsMultiEvent = true },
            _ => Of(events.Select(told => _fitter.Fit(KindOf(told), told)), tokens.Tokens(text).Count) with { IsMultiEvent = true },
        };
    }

    private SummaryPlan Whole(PromptKind kind, string text, int events)
    {
        var (prompt, cut) = _fitter.Fit(kind, text, events);
        return new([prompt], cut.SourceTokens, cut.ReadTokens);
    }

    /// <summary>The first and the last parts when there are more than the recipe allows.</summary>
    private SummaryPlan Parts(IReadOnlyList<string> parts, int sourceTokens)
    {
        var kept = SentenceChunks.KeepEnds(parts, settings.MaxParts, settings.HeadShare);
        var plan = Of(kept.Select(part => _fitter.Fit(PromptKind.Plain, part)), sourceTokens) with { IsMap = true };
        return kept.Count == parts.Count ? plan : plan with { ReadTokens = Math.Min(kept.Sum(part => tokens.Tokens(part).Count), sourceTokens - 1) };
    }

    private static SummaryPlan Of(IEnumerable<(Prompt Prompt, TextCut Cut)> prompts, int sourceTokens)
    {
        var fitted = prompts.ToList();
        return new([.. fitted.Select(part => part.Prompt)], sourceTokens, sourceTokens - fitted.Sum(part => part.Cut.SourceTokens - part.Cut.ReadTokens));
    }

    private PromptKind KindOf(string text)
    {
        using var source = new SourceText(text, splitLists: false);
        return KindOf(source);
    }

    private PromptKind KindOf(SourceText source) => settings.DemandCause && CauseClauses.Any(source) ? PromptKind.Cause : PromptKind.Plain;
}
