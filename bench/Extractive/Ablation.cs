using Pipeline.Inference;
using Pipeline.Inference.Extractive;

namespace Pipeline.Extractive;

/// <summary>The engines without one of their parts.</summary>
internal static class Ablation
{
    private const int MaxTitleChars = 30;

    private static readonly SummaryWeights _summary = SummaryWeights.Default;
    private static readonly TitleWeights _title = TitleWeights.Default;

    public static IReadOnlyList<(string Part, ISummarizer Engine)> OfSummary { get; } =
    [
        .. new (string Part, SummaryWeights Rule)[]
        {
            ("nothing", _summary),
            ("what a clause does", _summary with { Frame = 1, Aside = 1, Event = 1, Cause = 1, Request = 1, RequestFirst = 1 }),
            ("frames dropped", _summary with { Frame = 1 }),
            ("asides count less", _summary with { Aside = 1 }),
            ("events count more", _summary with { Event = 1 }),
            ("causes count more", _summary with { Cause = 1 }),
            ("requests count more", _summary with { Request = 1, RequestFirst = 1 }),
            ("requests not first", _summary with { RequestFirst = 1 }),
            ("rarity", _summary with { Grams = _summary.Grams with { CountsRarity = false } }),
            ("repetition preferred", _summary with { Grams = _summary.Grams with { OnceIsNotEnough = 0 } }),
            ("beginning preferred", _summary with { FirstClauseBonus = 0, Grams = _summary.Grams with { LeadBonus = 0 } }),
            ("length normalised", _summary with { LengthPower = 0 }),
            ("neighbours preferred", _summary with { Neighbour = 1 }),
            ("main event leaves room", _summary with { RunShare = 1, RunShareInList = 1 }),
            ("untold items first", _summary with { ToldItem = 1, BeforeList = 1, RunShareInList = _summary.RunShare }),
            ("dangling clauses count less", _summary with { Dangling = 1, Dependent = 1 }),
        }
        .Select(row => (row.Part, (ISummarizer)new ExtractiveSummarizer(ExtractiveLimits.Default, row.Rule))),
    ];

    public static IReadOnlyList<(string Part, ISummarizer Engine)> OfTitle { get; } =
    [
        .. new (string Part, TitleWeights Rule)[]
        {
            ("nothing", _title),
            ("frames and asides count less", _title with { Frame = 1, Aside = 1 }),
            ("rarity", _title with { Grams = _title.Grams with { CountsRarity = false } }),
            ("repetition preferred", _title with { Grams = _title.Grams with { OnceIsNotEnough = 0 } }),
            ("beginning preferred", _title with { FirstClauseBonus = 0, Grams = _title.Grams with { LeadBonus = 0 } }),
            ("length normalised", _title with { LengthPower = 0, ReportLengthPower = 0 }),
            ("reports longer than abstracts", _title with { ReportLengthPower = _title.LengthPower }),
            ("cuts inside a clause", _title with { CutClause = 0 }),
            ("places of cuts", _title with { CutInWord = 1, CutBehindParticle = 1, CutBeforeParticle = 1 }),
            ("openers left out", _title with { KeptOpener = 1 }),
            ("dangling parts count less", _title with { Dangling = 1, Dependent = 1 }),
        }
        .Select(row => (row.Part, (ISummarizer)new TitleSummarizer(MaxTitleChars, row.Rule))),
    ];
}
