using Pipeline.Storage.Evaluations;
using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Scoring.Evaluations;

/// <summary>
/// Compares a run with its baseline. Pure. A drop is one that chance does not explain (p below 0.05 and the whole 95 % interval below 0;
/// paired for the pinned sample) and that is large enough to matter; an alarm needs drops in k of the latest m runs.
/// </summary>
/// <param name="schedule">Limits and baseline.</param>
/// <param name="baseline">Values of the baseline run.</param>
/// <param name="sameSignature">False when the baseline was scored otherwise: then nothing is compared.</param>
/// <param name="earlierDrops">Drops in the m - 1 runs before this one.</param>
internal sealed class ReevaluationJudge(
    ScheduleRow? schedule, ILookup<(int RecipeId, string Part, string Measure), (long TextId, double Value)> baseline, bool sameSignature,
    IReadOnlyDictionary<(int RecipeId, string Part, string Measure), int> earlierDrops)
{
    private const double Significance = 0.05;

    /// <summary>The figure of one recipe, part and measure.</summary>
    /// <param name="key">Which.</param>
    /// <param name="scores">The run's scores of it.</param>
    /// <param name="failed">Texts of the part without a summary.</param>
    public EvaluationFigure Judge((int RecipeId, string Part, string Measure) key, IReadOnlyList<GenerationScore> scores, int failed)
    {
        var figure = new EvaluationFigure
        {
            RecipeId = key.RecipeId,
            Part = key.Part,
            Measure = key.Measure,
            Texts = scores.Count,
            Failed = failed,
            Verdict = scores.Count == 0 && failed > 0 ? "failed" : "too-few",
        };
        if (scores.Count == 0)
        {
            return figure;
        }

        figure = figure with
        {
            Rouge1F = scores.Average(score => score.Rouge1F),
            Rouge2F = scores.Average(score => score.Rouge2F),
            RougeLF = scores.Average(score => score.RougeLF),
            ExactShare = scores.Average(score => score.IsExact ? 1.0 : 0.0),
            Value = scores.Average(score => score.Value),
        };
        if (schedule?.BaselineRun is not { } run)
        {
            return figure with { Verdict = "no-baseline" };
        }

        if (!sameSignature)
        {
            return figure with { Verdict = "other-signature", BaselineRun = run };
        }

        return Compare(key, scores) is { } change && change.Texts >= ScheduleDefinition.MinTexts
            ? Decide(figure with { BaselineRun = run }, schedule.Definition, change.Delta, change.P, key)
            : figure with { BaselineRun = run };
    }

    private (ConfidenceInterval Delta, double P, int Texts)? Compare(
        (int RecipeId, string Part, string Measure) key, IReadOnlyList<GenerationScore> scores)
    {
        var before = key.Measure == SummaryMeasures.Baseline
            // The baseline agrees with itself wholly.
            ? scores.ToDictionary(score => score.TextId, _ => 1.0)
            : baseline[key].ToDictionary(value => value.TextId, value => value.Value);
        if (key.Part == "pinned")
        {
            var both = scores.Where(score => before.ContainsKey(score.TextId)).ToList();
            if (both.Count == 0)
            {
                return null;
            }

            var paired = PairedTest.Compare(
                both.Select(score => before[score.TextId]).ToArray(), both.Select(score => score.Value).ToArray());
            return (paired.Delta, paired.P, paired.Count);
        }

        if (before.Count == 0)
        {
            return null;
        }

        // Other texts: nothing can be paired.
        var test = TwoSampleTest.Compare(before.Values.ToArray(), scores.Select(score => score.Value).ToArray());
        return (test.Delta, test.P, Math.Min(test.CountA, test.CountB));
    }

    private EvaluationFigure Decide(
        EvaluationFigure figure, ScheduleDefinition limits, ConfidenceInterval change, double p, (int RecipeId, string Part, string Measure) key)
    {
        var least = key.Measure == SummaryMeasures.Baseline ? limits.MinChange : limits.MinDrop;
        var isDrop = change.High < 0 && p < Significance && -change.Mean >= least;
        return figure with
        {
            Change = change.Mean,
            Low = change.Low,
            High = change.High,
            Verdict = isDrop ? "drop" : "ok",
            Alarm = earlierDrops.GetValueOrDefault(key) + (isDrop ? 1 : 0) >= limits.AlarmAfter,
        };
    }
}
