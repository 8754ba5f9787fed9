namespace Pipeline.TextMetrics.Rouge;

/// <summary>The four ROUGE scores of one candidate. With several references each score may come from another one.</summary>
/// <param name="Rouge1">Clipped unigram overlap.</param>
/// <param name="Rouge2">Clipped bigram overlap.</param>
/// <param name="RougeL">Longest common subsequence of the whole texts; line ends are ignored.</param>
/// <param name="RougeLsum">Clipped union of the longest common subsequences of their lines.</param>
public readonly record struct RougeScores(RougeScore Rouge1, RougeScore Rouge2, RougeScore RougeL, RougeScore RougeLsum)
{
    /// <summary>True when the candidate, or the reference ROUGE-1 was taken from, has no tokens: its zeros say nothing.</summary>
    public bool HasNoTokens => Rouge1.Counts.Candidate == 0 || Rouge1.Counts.Reference == 0;

    /// <summary>Per score the one with the higher F; this one's on a tie.</summary>
    internal RougeScores Best(in RougeScores other) => new(
        Best(Rouge1, other.Rouge1),
        Best(Rouge2, other.Rouge2),
        Best(RougeL, other.RougeL),
        Best(RougeLsum, other.RougeLsum));

    private static RougeScore Best(RougeScore first, RougeScore second) => second.F > first.F ? second : first;
}
