namespace Pipeline.Scoring.Search;

/// <summary>What the documents say to a question.</summary>
/// <param name="Text">The answer; null when nothing was found, or the engine gave none.</param>
/// <param name="Recipe">Recipe that made it.</param>
/// <param name="Note">Why there is none; null when there is one.</param>
/// <param name="Statements">The answer clause by clause, with its sources.</param>
/// <param name="Findings">What was found; its results are the sources.</param>
public sealed record Answer(string? Text, string Recipe, string? Note, IReadOnlyList<Statement> Statements, SearchFindings Findings);
