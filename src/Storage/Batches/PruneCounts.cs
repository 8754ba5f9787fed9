namespace Pipeline.Storage.Batches;

/// <summary>Rows that pruning removes, or would remove.</summary>
/// <param name="Lines">Accepted lines.</param>
/// <param name="RefusedLines">Lines refused when they were read.</param>
/// <param name="Documents">Documents that stand in no other batch.</param>
/// <param name="Texts">Texts, references and summaries that nothing else refers to.</param>
/// <param name="Summaries">Summaries that no other batch asks for.</param>
/// <param name="Embeddings">Vectors of texts and summaries that no other batch asks for.</param>
/// <param name="WorkItems">Entries of the ledger.</param>
/// <param name="Scores">Health and ROUGE scores, text statistics.</param>
public sealed record PruneCounts(
    long Lines, long RefusedLines, long Documents, long Texts, long Summaries, long Embeddings, long WorkItems, long Scores)
{
    /// <summary>Nothing.</summary>
    public static PruneCounts Zero { get; } = new(0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Sums, column by column.</summary>
    public static PruneCounts operator +(PruneCounts left, PruneCounts right) => new(
        left.Lines + right.Lines, left.RefusedLines + right.RefusedLines, left.Documents + right.Documents, left.Texts + right.Texts,
        left.Summaries + right.Summaries, left.Embeddings + right.Embeddings, left.WorkItems + right.WorkItems, left.Scores + right.Scores);
}
