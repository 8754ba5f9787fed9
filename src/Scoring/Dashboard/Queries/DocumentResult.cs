namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Everything known of one line of a batch under one recipe.</summary>
public sealed record DocumentResult(
    string Recipe, string State, bool IsLatest, string Batch, string Tenant, string Source, string Id, string Text, string? Reference, string? Summary,
    string? FinishReason, bool Truncated, double? Cosine, double? Compression, bool DriftAlarm, bool CompressionAlarm, string? RougeSignature,
    double? Rouge1, double? Rouge2, double? RougeL, double? RougeLsum, string? Error, DateTimeOffset? SummarizedAt, IReadOnlyList<string> Flags,
    int? SourceTokens, int? ReadTokens, int? PromptTokens, int? OutputTokens,
    string? Category);
