namespace Pipeline.Storage.Embedders;

/// <summary>A summary of a sampled text.</summary>
/// <param name="Recipe">Who made it.</param>
/// <param name="Id">Id of the summary's text.</param>
/// <param name="Text">The summary.</param>
public sealed record SampledSummary(string Recipe, long Id, string Text);
