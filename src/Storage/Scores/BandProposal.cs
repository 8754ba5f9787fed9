namespace Pipeline.Storage.Scores;

/// <summary>Limits that history suggests for texts of some lengths. Lengths are Unicode code points.</summary>
/// <param name="MinChars">Shortest text.</param>
/// <param name="MaxChars">Longest text; null without a bound.</param>
/// <param name="Samples">Scored summaries with a cosine.</param>
/// <param name="MinCosine">Proposed limit; null without samples, like the next two.</param>
/// <param name="MinCompression">Proposed limit.</param>
/// <param name="MaxCompression">Proposed limit.</param>
/// <param name="AlarmRate">Share of the samples that are beyond the limits by which they were judged, 0 to 1.</param>
/// <param name="FalseAlarmRate">
/// Share of the samples that the proposed limits would flag, 0 to 1, measured where it is not flattered: limits set on one half of the
/// texts, counted on the other half, both ways.
/// </param>
public sealed record BandProposal(
    int MinChars, int? MaxChars, long Samples, double? MinCosine, double? MinCompression, double? MaxCompression, double? AlarmRate, double? FalseAlarmRate);
