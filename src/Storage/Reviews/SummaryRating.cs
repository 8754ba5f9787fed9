namespace Pipeline.Storage.Reviews;

/// <summary>What a reviewer thinks of a summary, each from 1 (worst) to 5.</summary>
/// <param name="Document">Number of the document.</param>
/// <param name="Label">Label of the summary.</param>
/// <param name="Consistency">It says nothing that the text does not say.</param>
/// <param name="Density">It has what matters, and little else.</param>
/// <param name="Readability">It is fluent and clear.</param>
public sealed record SummaryRating(int Document, string Label, int Consistency, int Density, int Readability)
{
    /// <summary>The lowest rating.</summary>
    public const int Lowest = 1;

    /// <summary>The highest rating.</summary>
    public const int Highest = 5;
}
