namespace Pipeline.Storage.Reviews;

/// <summary>How far a reviewer is.</summary>
/// <param name="Reviewer">The name.</param>
/// <param name="Documents">Documents rated.</param>
public sealed record ReviewerProgress(string Reviewer, int Documents);
