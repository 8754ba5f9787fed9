namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>A recipe or embedder that a document went through.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Stage"><c>embed</c> or <c>summarize</c>.</param>
/// <param name="Engine">Its engine.</param>
/// <param name="Sha256">Hash of the definition, in hexadecimal.</param>
/// <param name="Definition">The definition, JSON.</param>
public sealed record RecipeUse(string Name, string Stage, string Engine, string Sha256, string Definition);
