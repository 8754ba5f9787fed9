namespace Pipeline.Cli.Search;

/// <summary>What the options of <c>search</c> and <c>answer</c> say.</summary>
internal sealed record SearchChoice(
    string Query, string? Batch, string Tenant, string? Source, string? Embedder, int Limit, double? MinSimilarity, bool KeepsOffTopic)
{
    public string? Category { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }
}
