namespace Pipeline.Cli.Submission;

/// <summary>What the user asked for.</summary>
internal sealed record SubmitRequest(
    SubmitInput Input, string? Batch, string? SourceName, string Tenant,
    IReadOnlyList<string> Recipes, string Embedder, string? CandidateRecipe = null);
