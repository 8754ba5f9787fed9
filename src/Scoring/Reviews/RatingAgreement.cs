namespace Pipeline.Scoring.Reviews;

/// <summary>How well reviewers agree.</summary>
/// <param name="Criterion">Name of the criterion.</param>
/// <param name="Summaries">Summaries that at least two reviewers rated.</param>
/// <param name="Alpha">Krippendorff's alpha for ordered ratings; null without two ratings of a summary, or when all are equal.</param>
public sealed record RatingAgreement(string Criterion, int Summaries, double? Alpha);
