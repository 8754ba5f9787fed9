using Pipeline.Storage.Reviews;

namespace Pipeline.Scoring.Reviews;

/// <summary>What summaries are rated on.</summary>
/// <param name="Name">As in columns, form fields and JSON.</param>
/// <param name="Of">The mark of a rating.</param>
public sealed record Criterion(string Name, Func<SummaryRating, int> Of)
{
    /// <summary>All of them, in the order in which they are asked.</summary>
    public static IReadOnlyList<Criterion> All { get; } =
    [
        new("consistency", rating => rating.Consistency),
        new("density", rating => rating.Density),
        new("readability", rating => rating.Readability),
    ];
}
