using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Scoring.Reviews;

/// <summary>How a recipe is rated.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Criterion">Name of the criterion.</param>
/// <param name="Documents">Documents that somebody rated.</param>
/// <param name="Mean">Mean over documents of the mean over reviewers, 1 to 5, with its 95 % interval.</param>
public sealed record RatingMean(string Recipe, string Criterion, int Documents, ConfidenceInterval Mean);
