using System.Text.Json.Nodes;

namespace Pipeline.Storage.Alerts;

/// <summary>An alert as command line and HTTP API write it, in snake case. Members are only ever added.</summary>
public sealed record AlertDocument(
    long Id, string Tenant, string Rule, string Subject, AlertSeverity Severity, string Message, double? Value, double? Threshold, JsonNode? Detail,
    string Query, DateTimeOffset OpenedAt, DateTimeOffset LastSeenAt, int Occurrences, DateTimeOffset? ResolvedAt, DateTimeOffset? AcknowledgedAt,
    string? AcknowledgedBy)
{
    /// <summary>That of a stored alert.</summary>
    public static AlertDocument Of(AlertRow row) => new(
        row.Id, row.Alert.Tenant, row.Alert.Rule, row.Alert.Subject, row.Alert.Severity, row.Alert.Message, row.Alert.Value, row.Alert.Threshold,
        JsonNode.Parse(row.Alert.Detail), row.Alert.Query, row.OpenedAt, row.LastSeenAt, row.Occurrences, row.ResolvedAt, row.AcknowledgedAt,
        row.AcknowledgedBy);
}
