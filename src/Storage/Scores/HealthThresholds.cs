namespace Pipeline.Storage.Scores;

/// <summary>Alarm limits of a summary's health.</summary>
/// <param name="MinCosine">Alarm when cosine(source, summary) is below.</param>
/// <param name="MinCompression">Alarm when summary length / source length is below.</param>
/// <param name="MaxCompression">Alarm when it is above.</param>
public sealed record HealthThresholds(double MinCosine, double MinCompression, double MaxCompression);
