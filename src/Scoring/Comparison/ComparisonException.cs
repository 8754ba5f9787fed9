namespace Pipeline.Scoring.Comparison;

/// <summary>A comparison that can't be made as it was asked for; the message says why and what could be asked for instead.</summary>
/// <param name="english">The message.</param>
/// <param name="chinese">The same in Chinese.</param>
public sealed class ComparisonException(string english, string chinese) : Exception(english)
{
    /// <summary>The message in Chinese.</summary>
    public string Chinese => chinese;

    /// <summary>ROUGE signatures to choose from, where that is what was missing.</summary>
    public IReadOnlyList<string> Signatures { get; init; } = [];
}
