using System.ComponentModel.DataAnnotations;

namespace Pipeline.Scoring.Search;

/// <summary>How near a text must be to a query of n tokens: min(<see cref="Start"/> + <see cref="PerToken"/> (n - 1), <see cref="Most"/>).</summary>
public class ThresholdOptions
{
    /// <summary>Least similarity for a query of one token.</summary>
    /// <value>The default is 0.05, measured with the embedder <c>hashing</c> (docs/search.md).</value>
    [Range(-1.0, 1.0)]
    public double Start { get; set; } = 0.05;

    /// <summary>What every further token adds: a longer query says more, so a text that is meant by it agrees with more of it.</summary>
    /// <value>The default is 0.004.</value>
    [Range(0.0, 1.0)]
    public double PerToken { get; set; } = 0.004;

    /// <summary>Where it ends, however long the query.</summary>
    /// <value>The default is 0.12.</value>
    [Range(-1.0, 1.0)]
    public double Most { get; set; } = 0.12;

    /// <summary>The least similarity for a query of this many tokens.</summary>
    public double Of(int tokens) => Math.Max(Math.Min(Start + (PerToken * Math.Max(0, tokens - 1)), Most), Math.Min(Start, Most));
}
