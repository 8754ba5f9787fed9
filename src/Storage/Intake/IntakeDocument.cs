namespace Pipeline.Storage.Intake;

/// <summary>An admitted document: text normalised, hash over its UTF-8 form.</summary>
public sealed record IntakeDocument(long Line, string ExternalId, string Text, byte[] TextSha256, string? Reference)
{
    /// <summary>Its summary under <see cref="BatchSubmission.CandidateRecipeId"/>; never empty there.</summary>
    public string? Candidate { get; init; }

    /// <summary>What the document is filed under; null for nothing.</summary>
    public string? Category { get; init; }
}
