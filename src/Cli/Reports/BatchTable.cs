namespace Pipeline.Cli.Reports;

/// <summary>The article's table for the recipes of a batch, on the documents that all of them have summarised.</summary>
/// <param name="BatchId">The batch.</param>
/// <param name="Batch">Its name.</param>
/// <param name="Signature">ROUGE signature of the scores; null without references.</param>
/// <param name="Unfinished">Recipes that have not summarised every line yet.</param>
/// <param name="Rows">By slice and recipe.</param>
internal sealed record BatchTable(long BatchId, string Batch, string? Signature, IReadOnlyList<string> Unfinished, IReadOnlyList<TableRow> Rows);
