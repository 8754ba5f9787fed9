namespace Pipeline.Storage.Intake;

/// <summary>What is to be loaded and what shall be done with it.</summary>
/// <param name="Tenant">Owner of the documents.</param>
/// <param name="Name">Name asked for, or null for one made from the source.</param>
/// <param name="Source">Where the documents come from; part of their identity.</param>
/// <param name="Fingerprint">SHA-256 of content and options.</param>
/// <param name="EmbedderId">Recipe that embeds texts and summaries.</param>
/// <param name="RecipeIds">Recipes that summarise, at least one.</param>
public sealed record BatchSubmission(
    string Tenant, string? Name, string Source, byte[] Fingerprint, int EmbedderId, IReadOnlyList<int> RecipeIds)
{
    /// <summary>The one of them whose summaries come with the documents; null when there is none.</summary>
    public int? CandidateRecipeId { get; init; }
}
