namespace Pipeline.TextMetrics.Facts;

/// <summary>The names that are stored and shown.</summary>
public static class FactKindNames
{
    /// <summary>Such as <c>percentage</c>.</summary>
    public static string Name(this FactKind kind) => kind switch
    {
        FactKind.Number => "number",
        FactKind.Percentage => "percentage",
        FactKind.Amount => "amount",
        FactKind.Date => "date",
        FactKind.Time => "time",
        FactKind.Identifier => "identifier",
        FactKind.Converted => "converted",
        _ => "negation",
    };
}
