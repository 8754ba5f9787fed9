namespace Pipeline.Scoring.Http;

/// <summary>What the filter did.</summary>
/// <param name="QueryTokens">Length of the query.</param>
/// <param name="Threshold">Least similarity.</param>
/// <param name="Topic">Topic of the query.</param>
/// <param name="Considered">Nearest texts that it looked at.</param>
/// <param name="BelowThreshold">Of these, not near enough.</param>
/// <param name="OffTopic">Of the rest, of another topic.</param>
public sealed record SearchFilter(int QueryTokens, double Threshold, string? Topic, int Considered, int BelowThreshold, int OffTopic);
