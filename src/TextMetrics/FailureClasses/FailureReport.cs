using Pipeline.TextMetrics.Clauses;
using Pipeline.TextMetrics.Facts;

namespace Pipeline.TextMetrics.FailureClasses;

/// <summary>
/// Which of the article's failures a summary shows. Rules over words and marks, no model: docs/metrics.md says how often they are right.
/// </summary>
/// <param name="AtRisk">Classes whose trap the source sets: several events, a cause, abbreviations, numbers in the summary.</param>
/// <param name="Failed">Those of them that the summary fell into.</param>
public sealed record FailureReport(IReadOnlyList<FailureClass> AtRisk, IReadOnlyList<FailureClass> Failed)
{
    /// <summary>Judges. Both texts may be empty; an empty summary has failed wherever the source sets a trap, numbers apart.</summary>
    /// <param name="summary">The summary.</param>
    /// <param name="source">What it summarises.</param>
    /// <param name="facts">The facts of the two, when they were checked before.</param>
    public static FailureReport Of(string summary, string source, FactCheck? facts = null)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(source);
        facts ??= FactCheck.Of(summary, source);
        using var text = new SourceText(source, splitLists: false);

        var (atRisk, failed) = (new List<FailureClass>(), new List<FailureClass>());
        Add(FailureClass.MultiEvent, EventCoverage.Of(text, summary));
        Add(FailureClass.ImplicitCause, CauseCoverage.Of(text, summary));
        Add(FailureClass.Abbreviation, AbbreviationCoverage.Of(source, summary));
        Add(FailureClass.NumberUnit, (facts.Facts > 0, facts.Unsupported.Any(span => span.Kind != FactKind.Negation)));
        return new FailureReport(atRisk, failed);

        void Add(FailureClass failure, (bool IsAtRisk, bool HasFailed) found)
        {
            if (found.IsAtRisk)
            {
                atRisk.Add(failure);
            }

            if (found.HasFailed)
            {
                failed.Add(failure);
            }
        }
    }
}
