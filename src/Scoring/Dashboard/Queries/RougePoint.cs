namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Mean ROUGE-L F of one recipe in one batch, by the day of scoring.</summary>
/// <param name="Day">The day (UTC).</param>
/// <param name="BatchId">The batch.</param>
/// <param name="Batch">Its name.</param>
/// <param name="Recipe">The recipe.</param>
/// <param name="Signature">Tokenizer and rules.</param>
/// <param name="Pairs">Different pairs of summary and reference.</param>
/// <param name="Mean">The mean, 0 to 1.</param>
/// <param name="Margin">Half of its 95 % interval; null for one pair.</param>
public sealed record RougePoint(
    DateOnly Day, long BatchId, string Batch, string Recipe, string Signature, long Pairs, double Mean, double? Margin)
{
    /// <summary>Lower end of the interval, of what a score can be.</summary>
    public double Low => Math.Max(0, Mean - (Margin ?? 0));

    /// <summary>Upper end of it.</summary>
    public double High => Math.Min(1, Mean + (Margin ?? 0));
}
