namespace Pipeline.TextMetrics.Facts;

/// <summary>Whether a source supports a fact of its summary.</summary>
internal sealed class FactSupport(FactList source)
{
    /// <summary>How far a number may be off that says itself to be rounded: 约28万元 for 283,000元.</summary>
    private const decimal RoundingShare = 0.1m;

    // "订单88317" for order 20240601-88317; a shorter number stands in too many codes.
    private const int MinCodeLength = 4;

    private static readonly string[] _roundingBefore = ["约", "近", "大约", "将近", "about ", "nearly ", "over ", "some ", "~", "超"];
    private static readonly string[] _roundingBehind = ["左右", "上下", "多", "余", "以上"];

    // What they count is told by the noun behind them, and one may stand for another.
    private static readonly string[] _generalCounters = ["", "个", "条", "件", "项", "台", "部", "只", "份", "次", "起", "单", "块", "号"];

    public bool Supports(in Moment claim)
    {
        foreach (var fact in source.Moments)
        {
            if (claim.IsToldBy(fact))
            {
                return true;
            }
        }

        // "8号" is a quantity that may be a day; "2021年" may be told with or without a month.
        var (year, month, day, hour) = (claim.Year, claim.Month, claim.Day, claim.Hour);
        return (month is null && day is not null && HasQuantity(day, "日", "号"))
            || (month is null && day is null && year is not null && HasQuantity(year, "年"))
            || (hour is not null && claim.Minute is null or 0 && HasQuantity(hour, "点", "时"));
    }

    /// <summary>Null when it is supported as it stands; else what is wrong with it.</summary>
    public FactKind? Fault(in Quantity claim, string summary)
    {
        var kind = KindOf(claim);
        if (kind == FactKind.Identifier || claim.Value is null)
        {
            return HasToken(claim.Number) ? null : kind;
        }

        var isConverted = false;
        foreach (var fact in source.Quantities)
        {
            if (claim.HasNumberOf(fact) && AreCompatible(claim.Unit, fact.Unit))
            {
                return null;
            }

            if (claim.IsConversionOf(fact))
            {
                if (claim.Unit.Dimension != Unit.Percent.Dimension)
                {
                    return null;
                }

                isConverted = true;
            }
        }

        if (isConverted)
        {
            return FactKind.Converted;
        }

        return IsPartOfAMoment(claim) || IsInWords(claim) || IsRounded(claim, summary) || IsPartOfACode(claim) ? null : kind;
    }

    public static FactKind KindOf(in Quantity quantity) => quantity switch
    {
        { Unit.Dimension: "ratio" } or { Unit.Name: "个百分点" } => FactKind.Percentage,
        { Unit.Dimension: "money" } or { Unit.Name: "美元" or "欧元" } => FactKind.Amount,
        { Value: null } when quantity.Number.AsSpan().ContainsAnyInRange('A', 'z') || quantity.Number.Contains('*') => FactKind.Identifier,
        _ => FactKind.Number,
    };

    // A unit that was added is an invention where it measures; a noun behind a bare number may have become a counter.
    private static bool AreCompatible(Unit claim, Unit fact) => claim == fact || claim == Unit.None
        || (fact == Unit.None && claim.Dimension is null)
        || (_generalCounters.Contains(claim.Name) && fact.Dimension is null)
        || (_generalCounters.Contains(fact.Name) && claim.Dimension is null);

    private bool HasQuantity(int? value, params ReadOnlySpan<string> units)
    {
        foreach (var fact in source.Quantities)
        {
            if (fact.Value == value && units.Contains(fact.Unit.Name))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsPartOfAMoment(Quantity claim) => claim.Value is { } value && source.Moments.Any(moment => claim.Unit.Name switch
    {
        "年" => moment.Year == value,
        "月" => moment.Month == value,
        "日" or "号" => moment.Day == value,
        "点" or "时" => moment.Hour == value || moment.Hour == value + 12,
        _ => false,
    });

    private bool IsPartOfACode(in Quantity claim) =>
        claim.Unit == Unit.None && claim.Number.Length >= MinCodeLength && HasToken(claim.Number);

    private bool IsInWords(in Quantity claim) => claim.Value is { } value
        && (source.Words.Contains(value) || (claim.Unit.Name == "小时" && value == 0.5m && source.Narrow.Contains('半')));

    private bool IsRounded(Quantity claim, string summary)
    {
        var isRounded = EndsWithAny(summary.AsSpan(0, claim.Start)) || StartsWithAny(summary.AsSpan(claim.Start + claim.NumberLength))
            || StartsWithAny(summary.AsSpan(claim.End));
        return isRounded && claim.Value is { } value
            && source.Quantities.Any(fact => fact.Value is { } exact && AreCompatible(claim.Unit, fact.Unit)
                && Math.Abs(exact - value) <= RoundingShare * exact);
    }

    private static bool EndsWithAny(ReadOnlySpan<char> text)
    {
        foreach (var word in _roundingBefore)
        {
            if (text.EndsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool StartsWithAny(ReadOnlySpan<char> text)
    {
        foreach (var word in _roundingBehind)
        {
            if (text.StartsWith(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the source has it as a word of its own or a part of one that marks set off: 88317 in 20240601-88317.</summary>
    private bool HasToken(string token)
    {
        for (var at = source.Narrow.IndexOf(token, StringComparison.OrdinalIgnoreCase); at >= 0;)
        {
            var end = at + token.Length;
            if ((at == 0 || !char.IsAsciiLetterOrDigit(source.Narrow[at - 1]) || !char.IsAsciiLetterOrDigit(token[0]))
                && (end == source.Narrow.Length || !char.IsAsciiLetterOrDigit(source.Narrow[end]) || !char.IsAsciiLetterOrDigit(token[^1])))
            {
                return true;
            }

            at = source.Narrow.IndexOf(token, at + 1, StringComparison.OrdinalIgnoreCase);
        }

        return false;
    }
}
