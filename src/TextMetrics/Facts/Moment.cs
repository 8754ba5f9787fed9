namespace Pipeline.TextMetrics.Facts;

/// <summary>A date or a time of day, or as much of one as a text tells.</summary>
/// <param name="Start">Index of its first character.</param>
/// <param name="Length">Its characters.</param>
/// <param name="Year">Null where it is not told, as with the others.</param>
/// <param name="Month">1 to 12.</param>
/// <param name="Day">1 to 31.</param>
/// <param name="Hour">0 to 23.</param>
/// <param name="Minute">0 to 59.</param>
/// <param name="IsHalfKnown">Whether <paramref name="Hour"/> is one of 24 and not of 12.</param>
internal readonly record struct Moment(
    int Start, int Length, int? Year, int? Month, int? Day, int? Hour, int? Minute, bool IsHalfKnown)
{
    /// <summary>Index behind its last character.</summary>
    public int End => Start + Length;

    /// <summary>Whether it is a time of day.</summary>
    public bool IsTime => Hour is not null;

    /// <summary>Whether everything told here is told by <paramref name="fact"/> too: "5月" by "2024年5月6日", but not the other way.</summary>
    public bool IsToldBy(in Moment fact) => IsTime ? HasHourOf(fact) : fact.Hour is null
        && (Year is null || Year == fact.Year) && (Month is null || Month == fact.Month) && (Day is null || Day == fact.Day);

    private bool HasHourOf(in Moment fact)
    {
        if (Hour is not { } hour || fact.Hour is not { } theirs || (Minute ?? fact.Minute) != (fact.Minute ?? (Minute == 0 ? 0 : null)))
        {
            return false;
        }

        return IsHalfKnown && fact.IsHalfKnown ? hour == theirs : hour % 12 == theirs % 12;
    }
}
