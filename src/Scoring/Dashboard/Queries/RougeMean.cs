namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Mean ROUGE F of one recipe under one signature, 0 to 1.</summary>
public sealed record RougeMean(string Signature, string Recipe, long Documents, double Rouge1, double Rouge2, double RougeL, double RougeLsum);
