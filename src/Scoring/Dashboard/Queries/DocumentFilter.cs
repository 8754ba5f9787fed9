namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Which lines of a batch are wanted.</summary>
/// <param name="BatchId">The batch.</param>
/// <param name="Recipe">Only this recipe.</param>
/// <param name="State">Only this state.</param>
/// <param name="Text">Only where text or summary has this in it, upper and lower case alike in ASCII.</param>
/// <param name="Id">Only this id.</param>
/// <param name="Category">Only this category.</param>
/// <param name="After">Only what comes after this line and recipe.</param>
public sealed record DocumentFilter(
    long BatchId, string? Recipe = null, string? State = null, string? Text = null, string? Id = null, string? Category = null, DocumentKey? After = null)
{
    /// <summary>States a document can have.</summary>
    public static IReadOnlyList<string> States { get; } = ["pending", "running", "done", "rejected", "quarantined", "cancelled"];
}
