using Pipeline.Storage.Evaluations;
using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Scoring.Evaluations;

/// <summary>
/// Compares a run with its baseline. Pure. A drop is one that chance does not explain (the whole 95 % interval of the change is below 0)
/// and that is large enough to matter; an alarm needs drops in k of the latest m runs.
/// </summary>
/// <param name="schedule">Limits and baseline.</param>
/// <param name="baseline">Values of the baseline run.</param>
/// <param name="sameSignature">False when the baseline was scored otherwise: then nothing is compared.</param>
/// <param name="earlierDrops">Drops in the m - 1 runs before this one.</param>
internal sealed class ReevaluationJudge(
    ScheduleRow? schedule, ILookup<(int RecipeId, string Part, string Measure), (long TextId, double Value)> baseline, bool sameSignature,
    IReadOnlyDictionary<(int RecipeId, string Part, string Measure), int> earlierDrops)
{
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

        return Compare(figure, key, scores) is { } change && change.Texts >= ScheduleDefinition.MinTexts
            ? Decide(figure with { BaselineRun = run }, schedule.Definition, change.Interval, key)
            : figure with { BaselineRun = run };
    }

    private (ConfidenceInterval Interval, int Texts)? Compare(
        EvaluationFigure figure, (int RecipeId, string Part, string Measure) key, IReadOnlyList<GenerationScore> scores)
    {
        if (key.Measure == SummaryMeasures.Baseline)
        {
            // The baseline agrees with itself wholly.
            return Interval([.. scores.Select(score => score.Value - 1)]);
        }

        var before = baseline[key].ToList();
        if (figure.Part == "pinned")
        {
            var known = before.ToDictionary(value => value.TextId, value => value.Value);
            return Interval([.. scores.Where(score => known.ContainsKey(score.TextId)).Select(score => score.Value - known[score.TextId])]);
        }

        double[] old = [.. before.Select(value => value.Value)];
        return UnpairedDifference.Of(old, [.. scores.Select(score => score.Value)]) is { } interval
            ? (interval, Math.Min(old.Length, scores.Count))
            : null;

        static (ConfidenceInterval, int)? Interval(double[] changes) =>
            BootstrapInterval.OfMean(changes) is { } interval ? (interval, changes.Length) : null;
    }

    private EvaluationFigure Decide(
        EvaluationFigure figure, ScheduleDefinition limits, ConfidenceInterval change, (int RecipeId, string Part, string Measure) key)
    {
        var isDrop = change.High < 0 && -change.Mean >= (key.Measure == SummaryMeasures.Baseline ? limits.MinChange : limits.MinDrop);
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
