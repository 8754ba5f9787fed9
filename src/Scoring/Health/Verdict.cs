namespace Pipeline.Scoring.Health;

/// <summary>What a rule says of a window.</summary>
internal enum Verdict
{
    /// <summary>Too little is known, or the value lies between the limit for raising and that for resolving: an alert stays as it is.</summary>
    Undecided,

    /// <summary>The limit is passed.</summary>
    Breach,

    /// <summary>The value is back by half of the way to the limit, or more.</summary>
    Clear,
}
