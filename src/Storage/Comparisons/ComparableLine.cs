namespace Pipeline.Storage.Comparisons;

/// <summary>One document of a batch that was summarised under every recipe asked for.</summary>
/// <param name="Line">Its first line in the batch.</param>
/// <param name="Id">Its external id.</param>
/// <param name="TextLength">Length of the text in code points.</param>
/// <param name="ReferenceLength">Length of the reference; null without one.</param>
/// <param name="Text">The text; null when texts were not asked for.</param>
/// <param name="Summaries">What each recipe made of it, in the order of the recipes.</param>
public sealed record ComparableLine(
    long Line, string Id, int TextLength, int? ReferenceLength, string? Text, IReadOnlyList<ComparableSummary> Summaries);
