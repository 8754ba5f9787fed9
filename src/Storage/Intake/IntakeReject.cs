namespace Pipeline.Storage.Intake;

/// <summary>A line that was refused. The reason never contains the text.</summary>
public sealed record IntakeReject(long Line, string? ExternalId, string Code, string Reason);
