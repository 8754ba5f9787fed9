using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Extractive;

/// <summary>What counts how much in a summary; see <see cref="ClauseSelection"/>. A factor of 1 takes its part out of the rule.</summary>
internal sealed record SummaryWeights
{
    public static SummaryWeights Default { get; } = new();

    public GramWeights Grams { get; init; } = GramWeights.Default;

    /// <summary>A clause of this weight is never chosen.</summary>
    public double Frame { get; init; }

    public double Aside { get; init; } = 0.6;

    public double Event { get; init; } = 1.5;

    public double Cause { get; init; } = 1.5;

    /// <summary>Makes up for its place at the end, where grams weigh a third of those at the beginning.</summary>
    public double Request { get; init; } = 3;

    /// <summary>In the choice of the main event: what a request is about comes before it.</summary>
    public double RequestFirst { get; init; } = 0.6;

    /// <summary>A clause that starts in lower case hangs on the one before it.</summary>
    public double Dependent { get; init; } = 0.7;

    /// <summary>Added to the weight of the first clause, half of it to that of the second, and so on.</summary>
    public double FirstClauseBonus { get; init; } = 0.6;

    /// <summary>Grams covered are divided by the length to this power: at 1 the shortest clause wins, at 0 the longest.</summary>
    public double LengthPower { get; init; } = 0.6;

    /// <summary>A clause beside a chosen one.</summary>
    public double Neighbour { get; init; } = 1.25;

    /// <summary>In a list, a clause of an item that was told already.</summary>
    public double ToldItem { get; init; } = 0.6;

    /// <summary>In a list, what stands before its first item.</summary>
    public double BeforeList { get; init; } = 0.7;

    /// <summary>Share of the room that the main event may fill with several clauses.</summary>
    public double RunShare { get; init; } = 0.6;

    /// <summary>The same in a list.</summary>
    public double RunShareInList { get; init; } = 0.4;

    /// <summary>A clause that promises something which does not follow.</summary>
    public double Dangling { get; init; } = 0.6;

    public double Of(ClauseKind kind) => kind switch
    {
        ClauseKind.Frame => Frame,
        ClauseKind.Aside => Aside,
        ClauseKind.Event => Event,
        ClauseKind.Cause => Cause,
        ClauseKind.Request => Request,
        _ => 1,
    };
}
