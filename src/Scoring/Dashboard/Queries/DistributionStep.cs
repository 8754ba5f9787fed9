namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Summaries of one recipe whose figure lies in one step of a distribution.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Step">Number of the step, 0 to 19; it begins at <c>Step / 20</c>.</param>
/// <param name="Within">Summaries without an alarm.</param>
/// <param name="Alarms">Summaries with one.</param>
public sealed record DistributionStep(string Recipe, int Step, long Within, long Alarms)
{
    /// <summary>Steps of a distribution.</summary>
    public const int Steps = 20;
}
