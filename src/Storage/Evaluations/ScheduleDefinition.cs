namespace Pipeline.Storage.Evaluations;

/// <summary>What a schedule is asked to do: re-evaluations, or stability checks. Cron expression and time zone have been checked.</summary>
public sealed record ScheduleDefinition
{
    /// <summary>Fewest texts that a test of a change needs; a smaller sample says nothing that could be relied on.</summary>
    public const int MinTexts = 20;

    /// <summary>Most texts of a sample.</summary>
    public const int MaxTexts = 10_000;

    /// <summary><see cref="MinDrop"/> when nobody says.</summary>
    public const double UsualMinDrop = 0.01;

    /// <summary><see cref="MinChange"/> when nobody says.</summary>
    public const double UsualMinChange = 0.1;

    /// <summary>What runs are that are compared with a baseline.</summary>
    public const string ReevaluationKind = "reevaluation";

    /// <summary>What runs are that generate every text several times.</summary>
    public const string StabilityKind = "stability";

    /// <summary>Unique among the schedules.</summary>
    public required string Name { get; init; }

    /// <summary>Five fields: minute, hour, day, month, day of the week.</summary>
    public required string Cron { get; init; }

    /// <summary>IANA name of the zone in which the cron expression is meant.</summary>
    public required string TimeZone { get; init; }

    /// <summary>How its runs generate when they are stability checks; null when they are re-evaluations.</summary>
    public StabilitySampling? Stability { get; init; }

    /// <summary><c>reevaluation</c> or <c>stability</c>, as stored and written.</summary>
    public string Kind => Stability is null ? ReevaluationKind : StabilityKind;

    /// <summary>The summarising recipes that are run again.</summary>
    public required IReadOnlyList<int> RecipeIds { get; init; }

    /// <summary>Only documents of this tenant, who alone sees the schedule; null for all of them.</summary>
    public string? Tenant { get; init; }

    /// <summary>Only documents of this batch; null for all.</summary>
    public long? BatchId { get; init; }

    /// <summary>Texts that every run repeats; 0 for none.</summary>
    public required int Pinned { get; init; }

    /// <summary>Texts drawn anew for each run from what came in since the last one; 0 for none.</summary>
    public required int Fresh { get; init; }

    /// <summary>Smallest drop of a mean score that may raise an alarm, as a share of 1: 0.01 is one ROUGE point.</summary>
    public double MinDrop { get; init; } = UsualMinDrop;

    /// <summary>
    /// Smallest change of the summaries themselves (1 less the mean ROUGE-L between them and the baseline's) that may raise an alarm.
    /// </summary>
    public double MinChange { get; init; } = UsualMinChange;

    /// <summary>An alarm needs a drop, or an unstable recipe, in this many ...</summary>
    public int AlarmAfter { get; init; } = 2;

    /// <summary>... of this many latest runs.</summary>
    public int AlarmWindow { get; init; } = 3;
}
