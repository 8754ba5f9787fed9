namespace Pipeline.Storage.Alerts;

/// <summary>Something that is wrong. There is one open alert per tenant, rule and subject, however often it is raised.</summary>
/// <param name="Rule">What was broken, in kebab case, such as <c>drift-share</c>.</param>
/// <param name="Subject">Name of the recipe, embedder or schedule that it is about.</param>
/// <param name="Severity">How urgent it is.</param>
/// <param name="Message">One sentence for people. Names, counts and limits only: it goes to logs and to a webhook, so never a text.</param>
/// <param name="Query">SQL that shows what the alert is about, for the read-only role.</param>
public sealed record Alert(string Rule, string Subject, AlertSeverity Severity, string Message, string Query)
{
    /// <summary>Owner of what it is about.</summary>
    public string Tenant { get; init; } = "default";

    /// <summary><see cref="Message"/> in Chinese; null where nobody wrote it.</summary>
    public string? Chinese { get; init; }

    /// <summary>What was measured.</summary>
    public double? Value { get; init; }

    /// <summary>The limit that it passed.</summary>
    public double? Threshold { get; init; }

    /// <summary>Numbers behind the message, a JSON object.</summary>
    public string Detail { get; init; } = "{}";
}
