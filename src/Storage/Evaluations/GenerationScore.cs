namespace Pipeline.Storage.Evaluations;

/// <summary>One measure of one generation, 0 to 1.</summary>
/// <param name="GenerationId">The generation.</param>
/// <param name="TextId">Its text, by which scores of two runs are paired.</param>
/// <param name="Measure"><c>reference</c>, <c>baseline</c> or <c>source</c>.</param>
/// <param name="Value">ROUGE-L F for the first two, ROUGE-1 precision for the last.</param>
/// <param name="Rouge1F">ROUGE-1 F.</param>
/// <param name="Rouge2F">ROUGE-2 F.</param>
/// <param name="RougeLF">ROUGE-L F.</param>
/// <param name="IsExact">The two texts are the same.</param>
public sealed record GenerationScore(
    long GenerationId, long TextId, string Measure, double Value, double Rouge1F, double Rouge2F, double RougeLF, bool IsExact);
