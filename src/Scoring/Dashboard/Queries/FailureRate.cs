namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>How often a recipe fell into a class of failures, in one batch. Rates are 0 to 1.</summary>
public sealed record FailureRate(
    string Recipe, string FailureClass, long Summaries, long Failed, double Rate, double Low, double High, bool IsFrequent, string Cure, string CureState);
