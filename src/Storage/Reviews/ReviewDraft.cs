namespace Pipeline.Storage.Reviews;

/// <summary>What a review is to be made of.</summary>
/// <param name="Name">Its name, unique.</param>
/// <param name="BatchId">Batch that the documents are drawn from.</param>
/// <param name="RecipeIds">At least two and at most <see cref="ReviewStore.MaxRecipes"/> recipes of that batch.</param>
/// <param name="Documents">How many documents.</param>
/// <param name="Seed">Decides which documents, and the order of the summaries of each.</param>
public sealed record ReviewDraft(string Name, long BatchId, IReadOnlyList<int> RecipeIds, int Documents, long Seed);
