namespace Pipeline.TextMetrics.Rouge;

/// <summary>One ROUGE score against one reference. All values lie in 0..1; a text without tokens scores 0, never NaN.</summary>
/// <param name="Counts">What the values are computed from.</param>
public readonly record struct RougeScore(RougeCounts Counts)
{
    /// <summary>Hits over the candidate's units.</summary>
    public double Precision => Counts.Candidate == 0 ? 0 : (double)Counts.Hits / Counts.Candidate;

    /// <summary>Hits over the reference's units.</summary>
    public double Recall => Counts.Reference == 0 ? 0 : (double)Counts.Hits / Counts.Reference;

    /// <summary>The harmonic mean 2PR/(P+R) (Lin 2004 with alpha 0.5); 0 without a hit.</summary>
    public double F
    {
        get
        {
            // In this order the result equals that of google-research/rouge to the last bit, so ties between references do too.
            var (precision, recall) = (Precision, Recall);
            return Counts.Hits == 0 ? 0 : 2 * precision * recall / (precision + recall);
        }
    }
}
