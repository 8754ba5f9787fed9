namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>One line of a batch under one recipe, as a list shows it.</summary>
public sealed record DocumentRow(
    long Line, string Id, string Recipe, string State, string Text, string? Summary, double? Cosine, double? Compression, double? RougeL,
    bool DriftAlarm, bool CompressionAlarm, IReadOnlyList<string> Flags);
