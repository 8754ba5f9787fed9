using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Cli.Embedders;

/// <summary>Two embedders in one measure of one task.</summary>
/// <param name="Task">Name of the task.</param>
/// <param name="Measure">mrr, or recall@k.</param>
/// <param name="Texts">How many texts were searched.</param>
/// <param name="A">Mean over the queries under the first embedder, with its interval.</param>
/// <param name="B">The same under the second.</param>
/// <param name="Result">What the test found about B - A, query by query.</param>
/// <param name="HolmP">Its p after Holm's correction over all rows.</param>
internal sealed record RetrievalRow(
    string Task, string Measure, int Texts, ConfidenceInterval A, ConfidenceInterval B, PairedComparison Result, double HolmP);
