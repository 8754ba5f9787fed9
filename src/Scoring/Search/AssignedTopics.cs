namespace Pipeline.Scoring.Search;

/// <summary>What a query and texts are about.</summary>
/// <param name="Query">Topic of the query; null when it is in doubt.</param>
/// <param name="Texts">Topic of each text; null when it is in doubt.</param>
public sealed record AssignedTopics(string? Query, IReadOnlyList<string?> Texts)
{
    /// <summary>No topics.</summary>
    public static AssignedTopics None(int texts) => new(null, new string?[texts]);
}
