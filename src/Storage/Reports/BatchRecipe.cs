namespace Pipeline.Storage.Reports;

/// <summary>A recipe that a batch runs.</summary>
public sealed record BatchRecipe(int Id, string Name);
