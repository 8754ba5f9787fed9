namespace Pipeline.Storage.Alerts;

/// <summary>A stored alert.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Alert">What is wrong, as it was last seen.</param>
/// <param name="OpenedAt">When it was first seen.</param>
/// <param name="LastSeenAt">When it was last seen.</param>
/// <param name="Occurrences">How often it was seen since it was opened.</param>
/// <param name="ResolvedAt">When it was over; null while it is open.</param>
/// <param name="AcknowledgedAt">When somebody said that they know.</param>
/// <param name="AcknowledgedBy">Who did.</param>
public sealed record AlertRow(
    long Id, Alert Alert, DateTimeOffset OpenedAt, DateTimeOffset LastSeenAt, int Occurrences, DateTimeOffset? ResolvedAt,
    DateTimeOffset? AcknowledgedAt, string? AcknowledgedBy);
