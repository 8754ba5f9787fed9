namespace Pipeline.Storage.Reports;

/// <summary>Health of the summaries of one recipe in a batch.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Lines">Lines that are scored.</param>
/// <param name="CosineMean">Mean similarity of text and summary; null where no embedding could be had.</param>
/// <param name="CompressionMean">Mean length of the summary / length of the text.</param>
/// <param name="DriftAlarms">Lines whose similarity is below the limit.</param>
/// <param name="CompressionAlarms">Lines whose compression is outside the limits.</param>
public sealed record RecipeHealth(
    string Recipe, long Lines, double? CosineMean, double CompressionMean, long DriftAlarms, long CompressionAlarms);
