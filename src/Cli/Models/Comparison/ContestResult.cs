namespace Pipeline.Cli.Models.Comparison;

/// <summary>One round of one contender.</summary>
/// <param name="SecondsPerDocument">Wall time divided by documents.</param>
/// <param name="Split">Where our time went; null for other programs.</param>
internal sealed record ContestResult(double SecondsPerDocument, TimeSplit? Split);
