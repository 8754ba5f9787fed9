namespace Pipeline.Storage.Reports;

/// <summary>One line of a batch under one recipe.</summary>
public sealed record ResultRow(
    long Line, string? Id, string State, string? Recipe, string? Summary, string? Error, string? FinishReason, bool? Truncated,
    double? Cosine, double? Compression, double? Rouge1F, double? Rouge2F, double? RougeLF, double? RougeLsumF,
    DateTimeOffset? SummarizedAt, int? PromptTokens, int? OutputTokens, IReadOnlyList<string>? Flags)
{
    /// <summary>What the document is filed under, as last submitted; null for nothing, and for a line that was refused.</summary>
    public string? Category { get; init; }

    /// <summary>Where it comes from; null for a line that was refused.</summary>
    public ResultProvenance? Provenance { get; init; }

    /// <summary>Text statistics of the summary, where they were asked for; null until it is scored.</summary>
    public ResultStatistics? Statistics { get; init; }
}
