namespace Pipeline.Storage.Scores;

/// <summary>Health of some summaries of a recipe as an embedder sees it.</summary>
/// <param name="Samples">Summaries.</param>
/// <param name="CosineSamples">Those with a cosine.</param>
/// <param name="CosineMean">Null without a cosine.</param>
/// <param name="CosineStdev">Sample standard deviation; null for fewer than two.</param>
/// <param name="CompressionMean">Length of the summary / length of the text.</param>
/// <param name="CompressionStdev">Sample standard deviation, 0 for one.</param>
/// <param name="AlarmShare">Share that is beyond a limit, 0 to 1.</param>
public readonly record struct HealthFigures(
    long Samples, long CosineSamples, double? CosineMean, double? CosineStdev, double CompressionMean, double CompressionStdev, double AlarmShare);
