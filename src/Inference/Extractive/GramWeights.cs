namespace Pipeline.Inference.Extractive;

/// <summary>What <see cref="GramMap"/> gives for repetition, rarity and an early position.</summary>
internal sealed record GramWeights
{
    public static GramWeights Default { get; } = new();

    /// <summary>Taken off the occurrences of a unit, so that one said once keeps only a little weight, unless it stands early.</summary>
    public double OnceIsNotEnough { get; init; } = 0.8;

    /// <summary>Added to an occurrence at the very beginning, in occurrences.</summary>
    public double LeadBonus { get; init; } = 1.5;

    /// <summary>Behind so many characters the bonus has fallen to 1/e.</summary>
    public double LeadDecayChars { get; init; } = 100;

    /// <summary>Whether a unit that many documents have counts for less.</summary>
    public bool CountsRarity { get; init; } = true;
}
