namespace Pipeline.TextMetrics.Rouge;

/// <summary>The sufficient statistics of one ROUGE score: storing them lets a later test avoid scoring again.</summary>
/// <param name="Reference">Units in the reference: n-grams for ROUGE-N, tokens for ROUGE-L.</param>
/// <param name="Candidate">Units in the candidate.</param>
/// <param name="Hits">Matched units, never more than either of the others.</param>
public readonly record struct RougeCounts(int Reference, int Candidate, int Hits);
