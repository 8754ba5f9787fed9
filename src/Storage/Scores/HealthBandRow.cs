namespace Pipeline.Storage.Scores;

/// <summary>Limits in force.</summary>
/// <param name="Recipe">Name of the recipe.</param>
/// <param name="Embedder">Name of the embedder.</param>
/// <param name="MinChars">Shortest text, in Unicode code points.</param>
/// <param name="MaxChars">Longest text; null without a bound.</param>
/// <param name="MinCosine">Alarm below.</param>
/// <param name="MinCompression">Alarm below.</param>
/// <param name="MaxCompression">Alarm above.</param>
/// <param name="Samples">Summaries that they were calibrated on.</param>
/// <param name="FalseAlarmRate">See <see cref="BandProposal.FalseAlarmRate"/>.</param>
public sealed record HealthBandRow(
    string Recipe, string Embedder, int MinChars, int? MaxChars, double MinCosine, double MinCompression, double MaxCompression, long Samples,
    double FalseAlarmRate);
