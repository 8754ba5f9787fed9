using Pipeline.TextMetrics.Clauses;

namespace Pipeline.Inference.Processing;

/// <summary>Holds a summary against its source: terms, numbers, the cause. What can be put right is; the rest is flagged.</summary>
internal sealed class SummaryCheck(SummarySettings settings)
{
    /// <summary>Checks.</summary>
    /// <returns>The summary, and a flag for each thing that was found.</returns>
    public (string Summary, IReadOnlyList<string> Flags) Apply(string source, string summary)
    {
        var (withTerms, flags) = settings.Glossary.Apply(source, summary);
        var all = new List<string>(flags);
        if (settings.RepairNumbers)
        {
            (withTerms, flags) = NumberRepair.Apply(source, withTerms);
            all.AddRange(flags);
        }

        if (settings.DemandCause)
        {
            using var text = new SourceText(source, splitLists: false);
            if (CauseClauses.Any(text) && !CauseClauses.IsTold(text, withTerms))
            {
                all.Add(SummaryFlags.CauseMissing);
            }
        }

        return (withTerms, all);
    }
}
