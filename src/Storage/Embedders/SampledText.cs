namespace Pipeline.Storage.Embedders;

/// <summary>A text of a batch on which embedders are compared.</summary>
/// <param name="Id">Id of the text.</param>
/// <param name="Text">The text.</param>
/// <param name="References">References that documents of the batch have for it; may be empty.</param>
/// <param name="Summaries">What each recipe of the batch made of it.</param>
public sealed record SampledText(long Id, string Text, IReadOnlyList<string> References, IReadOnlyList<SampledSummary> Summaries);
