namespace Pipeline.TextMetrics.FailureClasses;

/// <summary>The names that are stored and shown.</summary>
public static class FailureClassNames
{
    /// <summary>Such as <c>multi-event</c>.</summary>
    public static string Name(this FailureClass failure) => failure switch
    {
        FailureClass.MultiEvent => "multi-event",
        FailureClass.ImplicitCause => "implicit-cause",
        FailureClass.Abbreviation => "abbreviation",
        _ => "number-unit",
    };
}
