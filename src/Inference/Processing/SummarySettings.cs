namespace Pipeline.Inference.Processing;

/// <summary>What a recipe says about the way from a text to its summary, the model apart.</summary>
/// <param name="Template">The words of the prompt.</param>
/// <param name="MaxPromptTokens">Highest number of tokens of a whole prompt.</param>
/// <param name="HeadShare">Share of the text's tokens that its head keeps when it has to be cut, in 0..1.</param>
/// <param name="Events">How a text that tells several events is asked for.</param>
/// <param name="DemandCause">Whether a text that tells a cause gets the wording that demands it, and its summary is looked at for it.</param>
/// <param name="MaxParts">Most parts that a text beyond the window is summarised in; 1: it is cut instead.</param>
/// <param name="Glossary">Terms that keep their form.</param>
/// <param name="RepairNumbers">Whether numbers and units are held against the source.</param>
internal sealed record SummarySettings(
    PromptTemplate Template, int MaxPromptTokens, double HeadShare, EventMode Events, bool DemandCause, int MaxParts, Glossary Glossary,
    bool RepairNumbers);
