namespace Pipeline.Storage.Comparisons;

/// <summary>How many summaries of a recipe are scored under a ROUGE signature.</summary>
public sealed record SignatureCount(string Recipe, string Signature, long Scored);
