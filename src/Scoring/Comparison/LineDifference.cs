namespace Pipeline.Scoring.Comparison;

/// <summary>How one document differs in one metric.</summary>
/// <param name="Line">Its line in the batch.</param>
/// <param name="Id">Its external id.</param>
/// <param name="A">The metric under the first recipe.</param>
/// <param name="B">Under the second.</param>
public sealed record LineDifference(long Line, string Id, double A, double B)
{
    /// <summary>Second less first.</summary>
    public double Change => B - A;
}
