namespace Pipeline.TextMetrics.Clauses;

/// <summary>What a clause does in a report; see <see cref="ClauseKinds"/>.</summary>
internal enum ClauseKind
{
    /// <summary>Anything else.</summary>
    Plain,

    /// <summary>Who writes to whom, when and how to be reached; greetings, and announcements of what follows.</summary>
    Frame,

    /// <summary>Where somebody lives, whom they asked before, how they feel.</summary>
    Aside,

    /// <summary>What happened, or fails to happen.</summary>
    Event,

    /// <summary>Why it happened.</summary>
    Cause,

    /// <summary>What is asked for.</summary>
    Request,
}
