namespace Pipeline.Storage.Reports;

/// <summary>A worker as the status command shows it.</summary>
public sealed record WorkerRow(string Name, string Queue, DateTimeOffset StartedAt, TimeSpan SinceHeartbeat, long Settled, float TextsPerSecond);
