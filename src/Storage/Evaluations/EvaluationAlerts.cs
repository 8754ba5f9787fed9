namespace Pipeline.Storage.Evaluations;

/// <summary>How alerts of evaluations are named, so that those of a schedule can be found again.</summary>
public static class EvaluationAlerts
{
    /// <summary>A measure of a re-evaluation has dropped.</summary>
    public const string ReevaluationRule = "reevaluation-drop";

    /// <summary>Generations of the same text differ.</summary>
    public const string StabilityRule = "unstable-generation";

    /// <summary>What an alert of a schedule is about.</summary>
    public static string Subject(string schedule, string what) => $"{schedule}: {what}";
}
