namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>How often a recipe fell into a class of failures, over the summaries made on one day.</summary>
public sealed record FailureDay(DateOnly Day, string Recipe, string FailureClass, long Summaries, long Failed);
