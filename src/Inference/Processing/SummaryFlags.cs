namespace Pipeline.Inference.Processing;

/// <summary>What was noticed about a summary; the codes are stored with it.</summary>
internal static class SummaryFlags
{
    /// <summary>A term of the glossary was put right.</summary>
    public const string TermRepaired = "term-repaired";

    /// <summary>The source has a term of the glossary that the summary does not have.</summary>
    public const string TermMissing = "term-missing";

    /// <summary>A number or its unit was put right.</summary>
    public const string NumberRepaired = "number-repaired";

    /// <summary>The summary has a number that the source does not have with this unit.</summary>
    public const string NumberUnsupported = "number-unsupported";

    /// <summary>The source tells a cause and the summary does not.</summary>
    public const string CauseMissing = "cause-missing";

    /// <summary>The model repeated itself; the repetition was removed.</summary>
    public const string Repetition = "repetition";

    /// <summary>The text told several events, which were asked for one by one or in the events' wording.</summary>
    public const string MultiEvent = "multi-event";

    /// <summary>The text was longer than the window and was summarised in parts.</summary>
    public const string MapReduce = "map-reduce";
}
