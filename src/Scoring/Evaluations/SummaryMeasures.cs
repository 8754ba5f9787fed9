using Pipeline.Storage.Evaluations;
using Pipeline.TextMetrics.Rouge;

namespace Pipeline.Scoring.Evaluations;

/// <summary>The measures of one generation.</summary>
internal static class SummaryMeasures
{
    public const string Reference = "reference", Baseline = "baseline", Source = "source";

    /// <summary>One score per measure for which the generation has something to be compared with.</summary>
    public static IEnumerable<GenerationScore> Score(RougeScorer scorer, Generation generation)
    {
        if (generation.Summary is not { } summary)
        {
            yield break;
        }

        if (generation.Reference is { } reference)
        {
            yield return Score(scorer, generation, summary, Reference, reference);
        }

        if (generation.Baseline is { } baseline)
        {
            yield return Score(scorer, generation, summary, Baseline, baseline);
        }

        yield return Score(scorer, generation, summary, Source, generation.Source);
    }

    private static GenerationScore Score(RougeScorer scorer, Generation generation, string summary, string measure, string other)
    {
        var scores = scorer.Score(summary, other);
        return new GenerationScore(
            generation.Id, generation.TextId, measure, measure == Source ? scores.Rouge1.Precision : scores.RougeL.F,
            scores.Rouge1.F, scores.Rouge2.F, scores.RougeL.F, summary == other);
    }
}
