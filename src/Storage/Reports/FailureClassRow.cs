namespace Pipeline.Storage.Reports;

/// <summary>How often a recipe fell into a class of failures. Rates are shares of all summaries, 0 to 1.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="FailureClass">The class.</param>
/// <param name="Summaries">Summaries with statistics.</param>
/// <param name="AtRisk">Those whose text sets the trap.</param>
/// <param name="Failed">Those that fell into it.</param>
/// <param name="Rate">Failed / summaries.</param>
/// <param name="RateLow">Lower end of its 95 % interval.</param>
/// <param name="RateHigh">Upper end of it.</param>
/// <param name="RateLimit">The class is frequent when the interval lies above.</param>
/// <param name="SummariesNeeded">With fewer summaries nothing is frequent.</param>
/// <param name="IsFrequent">Whether it is.</param>
/// <param name="Cure">The parameter of a recipe that is meant against the class.</param>
/// <param name="CureState"><c>available</c>, <c>in-force</c> or <c>other-engine</c>.</param>
public sealed record FailureClassRow(
    string Recipe, string FailureClass, long Summaries, long AtRisk, long Failed, double Rate, double RateLow, double RateHigh, double RateLimit,
    int SummariesNeeded, bool IsFrequent, string Cure, string CureState);
