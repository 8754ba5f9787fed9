using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Extractive;

/// <summary>What counts how much in a title; see <see cref="SpanSearch"/>. A factor of 1 takes its part out of the rule.</summary>
internal sealed record TitleWeights
{
    public static TitleWeights Default { get; } = new();

    public GramWeights Grams { get; init; } = GramWeights.Default;

    /// <summary>Grams covered are divided by the length to this power: at 1 the shortest part wins, at 0 the longest.</summary>
    public double LengthPower { get; init; } = 0.85;

    /// <summary>The title of a report tells an event, with what, where and how; that of an abstract names a subject.</summary>
    public double ReportLengthPower { get; init; } = 0.6;

    public double Frame { get; init; } = 0.1;

    public double Aside { get; init; } = 0.8;

    /// <summary>A clause that starts in lower case hangs on the one before it.</summary>
    public double Dependent { get; init; } = 0.7;

    /// <summary>Added to the weight of the first clause, half of it to that of the second, and so on.</summary>
    public double FirstClauseBonus { get; init; } = 0.3;

    /// <summary>For each opener that is left standing; at 0 none is.</summary>
    public double KeptOpener { get; init; } = 0.95;

    /// <summary>A part that does not end where a clause ends; at 0 there is none.</summary>
    public double CutClause { get; init; } = 0.95;

    public double CutInWord { get; init; } = 0.8;

    public double CutBehindParticle { get; init; } = 0.8;

    public double CutBeforeParticle { get; init; } = 1.05;

    /// <summary>A part that promises something which does not follow.</summary>
    public double Dangling { get; init; } = 0.75;

    public double Of(ClauseKind kind) => kind switch
    {
        ClauseKind.Frame => Frame,
        ClauseKind.Aside => Aside,
        _ => 1,
    };
}
