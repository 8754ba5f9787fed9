using Pipeline.TextMetrics.Facts;

namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>A place of a summary that its text does not support.</summary>
/// <param name="Start">Code points before it.</param>
/// <param name="Length">Its code points.</param>
/// <param name="Kind">Name of its <see cref="FactKind"/>.</param>
public sealed record MarkedPlace(int Start, int Length, string Kind)
{
    /// <summary>Finds them, in order.</summary>
    public static IReadOnlyList<MarkedPlace> Of(string summary, string source) =>
        [.. FactCheck.Of(summary, source).Unsupported.Select(span => new MarkedPlace(span.Start, span.Length, span.Kind.Name()))];
}
