namespace Pipeline.Storage.Scores;

/// <summary>What becomes of a summary beyond its limits. Stored in lower case.</summary>
public enum BreachAction
{
    /// <summary>It is flagged and counts as done.</summary>
    Flag,

    /// <summary>It is flagged and its work item is quarantined; requeueing the failure releases it.</summary>
    Quarantine,

    /// <summary>It is flagged and kept, and another recipe summarises the text too, once.</summary>
    Fallback,
}
