namespace Pipeline.Storage.Reports;

/// <summary>Mean ROUGE F (0 to 1) of one recipe in a batch under one signature. Those of different signatures must not be compared.</summary>
public sealed record RecipeRouge(
    string Recipe, string RougeSignature, long Documents, double Rouge1F, double Rouge2F, double RougelF, double RougelsumF);
