using Pipeline.Storage.Evaluations;
using Pipeline.TextMetrics.Rouge;
using Pipeline.TextMetrics.Stability;
using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Scoring.Evaluations;

/// <summary>
/// How stable an engine is. Pure. Unstable is a recipe whose pooled deviation is above the limit with confidence: the whole 95 % interval
/// is; an alarm needs that in k of the latest m runs. Single texts are listed and never an alarm.
/// </summary>
/// <param name="scorer">ROUGE.</param>
/// <param name="maxDeviation">The limit.</param>
/// <param name="alarmAfter">Unstable runs that make an alarm, this one included.</param>
/// <param name="earlier">Unstable runs among those before this one.</param>
internal sealed class StabilityJudge(
    RougeScorer scorer, double maxDeviation, int alarmAfter, IReadOnlyDictionary<(int RecipeId, string Part, string Measure), int> earlier)
{
    private const string Part = "stability", Deviation = "stdev";

    /// <summary>Scores one text's generations; null when fewer than two succeeded.</summary>
    public StabilityScore? Score(IReadOnlyList<Generation> samples)
    {
        var summaries = samples.Select(sample => sample.Summary).OfType<string>().ToList();
        if (summaries.Count < 2)
        {
            return null;
        }

        var pairs = new List<double>();
        for (var i = 0; i < summaries.Count; i++)
        {
            for (var j = i + 1; j < summaries.Count; j++)
            {
                pairs.Add(scorer.Score(summaries[i], summaries[j]).RougeL.F);
            }
        }

        double? deviation = samples[0].Reference is { } reference
            ? GenerationStability.Deviation([.. summaries.Select(summary => scorer.Score(summary, reference).RougeL.F)])
            : null;
        return new StabilityScore(samples[0].RecipeId, samples[0].TextId, summaries.Count, deviation, pairs.Average());
    }

    /// <summary>The figures of a recipe.</summary>
    /// <param name="recipeId">The recipe.</param>
    /// <param name="scores">Its texts with at least two generations.</param>
    /// <param name="failed">Its texts with fewer.</param>
    public IEnumerable<EvaluationFigure> Judge(int recipeId, IReadOnlyList<StabilityScore> scores, int failed)
    {
        var deviations = scores.Select(score => score.Deviation).OfType<double>().ToList();
        if (deviations.Count > 0 || scores.Count == 0)
        {
            var pooled = GenerationStability.Pooled(deviations);
            var isJudged = deviations.Count >= ScheduleDefinition.MinTexts;
            var isUnstable = isJudged && pooled?.Low > maxDeviation;
            yield return Figure(
                recipeId, Deviation, deviations.Count, failed, pooled,
                isUnstable ? "unstable" : isJudged ? "ok" : scores.Count == 0 && failed > 0 ? "failed" : "too-few")
                with { Alarm = isJudged && earlier.GetValueOrDefault((recipeId, Part, Deviation)) + (isUnstable ? 1 : 0) >= alarmAfter };
        }

        if (scores.Count > 0)
        {
            yield return Figure(
                recipeId, "pairs", scores.Count, failed, BootstrapInterval.OfMean([.. scores.Select(score => score.Pairs)]),
                scores.Count >= ScheduleDefinition.MinTexts ? "ok" : "too-few");
        }
    }

    private static EvaluationFigure Figure(int recipeId, string measure, int texts, int failed, ConfidenceInterval? interval, string verdict) => new()
    {
        RecipeId = recipeId,
        Part = Part,
        Measure = measure,
        Texts = texts,
        Failed = failed,
        Value = interval?.Mean,
        Low = interval?.Low,
        High = interval?.High,
        Verdict = verdict,
    };
}
