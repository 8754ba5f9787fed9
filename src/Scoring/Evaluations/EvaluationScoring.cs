using System.Globalization;
using Microsoft.Extensions.Options;
using Pipeline.Storage.Alerts;
using Pipeline.Storage.Evaluations;
using Pipeline.Storage.Scores;
using Pipeline.TextMetrics.Rouge;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.Scoring.Evaluations;

/// <summary>Scores the runs that have generated everything, raises or resolves their alerts, and ends them.</summary>
internal sealed class EvaluationScoring(
    EvaluationLedger evaluations, ScoreLedger signatures, AlertLedger alerts, IOptions<ScoringOptions> options, ILogger<EvaluationScoring> logger)
{
    /// <summary>Scores one run.</summary>
    /// <returns>False when none waits.</returns>
    public async Task<bool> ScoreNextAsync(CancellationToken cancellationToken)
    {
        if (await evaluations.NextAsync(cancellationToken) is not { } run)
        {
            return false;
        }

        var scorer = new RougeScorer(Tokenizers.Get(options.Value.Tokenizer));
        var signature = scorer.Signature.ToString();
        var generations = await evaluations.GenerationsAsync(
            run.Id, run.BaselineSignature == signature ? run.Schedule?.BaselineRun : null, cancellationToken);
        var scores = run.IsStability ? await StabilityAsync(run, generations, scorer, cancellationToken) : await ReevaluationAsync(run, generations, scorer, signature, cancellationToken);

        // Alerts first: should this process end before the run does, the next one says the same again and the alert is still one.
        foreach (var figure in scores.Figures)
        {
            await TellAsync(run, figure, cancellationToken);
        }

        if (await evaluations.CompleteAsync(run.Id, await signatures.SignatureIdAsync(signature, cancellationToken), scores, cancellationToken))
        {
            logger.RunScored(run.Id, scores.Figures.Count, scores.Figures.Count(figure => figure.Alarm));
        }

        return true;
    }

    private async Task<RunScores> StabilityAsync(
        FinishedRun run, IReadOnlyList<Generation> generations, RougeScorer scorer, CancellationToken cancellationToken)
    {
        var judge = new StabilityJudge(
            scorer, options.Value.MaxStabilityDeviation, run.Schedule?.Definition.AlarmAfter ?? 1, await EarlierAsync(run, cancellationToken));
        var stability = new List<StabilityScore>();
        var figures = new List<EvaluationFigure>();
        foreach (var recipe in run.Recipes.Keys)
        {
            var texts = generations.Where(generation => generation.RecipeId == recipe).GroupBy(generation => generation.TextId).ToList();
            var scores = texts.Select(text => judge.Score([.. text])).OfType<StabilityScore>().ToList();
            stability.AddRange(scores);
            figures.AddRange(judge.Judge(recipe, scores, texts.Count - scores.Count));
        }

        return new RunScores([], stability, figures, IsFirstBaseline: false);
    }

    private async Task<RunScores> ReevaluationAsync(
        FinishedRun run, IReadOnlyList<Generation> generations, RougeScorer scorer, string signature, CancellationToken cancellationToken)
    {
        var baselineRun = run.Schedule?.BaselineRun;
        var isComparable = run.BaselineSignature == signature;
        var judge = new ReevaluationJudge(
            run.Schedule,
            await evaluations.ValuesAsync(isComparable && baselineRun is { } id ? id : 0, cancellationToken),
            isComparable,
            await EarlierAsync(run, cancellationToken));
        var scores = generations.SelectMany(generation => SummaryMeasures.Score(scorer, generation)).ToList();
        var byId = generations.ToDictionary(generation => generation.Id);
        var byKey = scores.ToLookup(score => (byId[score.GenerationId].RecipeId, byId[score.GenerationId].Part, score.Measure));
        var failed = generations.Where(generation => generation.Summary is null).ToLookup(generation => (generation.RecipeId, generation.Part));
        var figures = Keys(run, byKey).Select(key => judge.Judge(key, [.. byKey[key]], failed[(key.RecipeId, key.Part)].Count())).ToList();
        return new RunScores(
            scores, [], figures,
            IsFirstBaseline: baselineRun is null && generations.Count > 0 && generations.All(generation => generation.Summary is not null));
    }

    /// <summary>Bad verdicts in the runs before this one that count for an alarm.</summary>
    private async Task<IReadOnlyDictionary<(int RecipeId, string Part, string Measure), int>> EarlierAsync(
        FinishedRun run, CancellationToken cancellationToken) => run.Schedule is { } schedule
            ? await evaluations.DropsAsync(schedule, schedule.Definition.AlarmWindow - 1, cancellationToken)
            : new Dictionary<(int RecipeId, string Part, string Measure), int>();

    /// <summary>What there are scores of; of a part without any, one key that says so.</summary>
    private static IEnumerable<(int RecipeId, string Part, string Measure)> Keys(
        FinishedRun run, ILookup<(int RecipeId, string Part, string Measure), GenerationScore> scores)
    {
        var limits = run.Schedule?.Definition;
        var expected = run.Recipes.Keys.SelectMany(recipe => new (int, string, string)[]
        {
            (recipe, "pinned", SummaryMeasures.Source), (recipe, "fresh", SummaryMeasures.Source),
        }).Where(key => limits is null || (key.Item2 == "pinned" ? limits.Pinned : limits.Fresh) > 0);
        return expected.Union(scores.Select(group => group.Key));
    }

    private async Task TellAsync(FinishedRun run, EvaluationFigure figure, CancellationToken cancellationToken)
    {
        var name = run.Schedule?.Definition.Name;
        if (!run.IsStability && name is null)
        {
            // Its schedule was removed, and its alerts with it.
            return;
        }

        // A recipe that was changed keeps its name and is another one.
        var recipe = string.Create(CultureInfo.InvariantCulture, $"{run.Recipes[figure.RecipeId]} ({figure.RecipeId})");
        var tenant = run.Schedule?.Definition.Tenant ?? "default";
        var (rule, subject) = run.IsStability
            ? (EvaluationAlerts.StabilityRule, name is null ? recipe : EvaluationAlerts.Subject(name, recipe))
            : (EvaluationAlerts.ReevaluationRule, EvaluationAlerts.Subject(name!, $"{recipe}, {figure.Part}, {figure.Measure}"));
        if (figure.Alarm)
        {
            await alerts.RaiseAsync(
                new Alert(rule, subject, AlertSeverity.Warning, Message(run, figure), $"select * from pipeline.evaluation_scores where run = {run.Id}")
                {
                    Tenant = tenant,
                    Chinese = Chinese(run, figure),
                    Value = run.IsStability ? figure.Value : figure.Change,
                    Threshold = run.IsStability ? options.Value.MaxStabilityDeviation
                        : figure.Measure == SummaryMeasures.Baseline ? -run.Schedule?.Definition.MinChange : -run.Schedule?.Definition.MinDrop,
                },
                cancellationToken);
        }
        else if (figure is { Verdict: "ok", Measure: not "pairs" })
        {
            // A run that could not be judged says nothing about the alert of an earlier one.
            await alerts.ResolveAsync(tenant, rule, subject, cancellationToken);
        }
    }

    private static string Message(FinishedRun run, EvaluationFigure figure) => run.IsStability
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"Run {run.Id}{(run.Schedule is { } schedule ? $" of schedule {schedule.Definition.Name}" : "")}: the generations of {run.Recipes[figure.RecipeId]} differ by {figure.Value:0.000} (95 % interval {figure.Low:0.000} to "
            + $"{figure.High:0.000}) in ROUGE-L over {figure.Texts} texts.")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Run {run.Id} of schedule {run.Schedule?.Definition.Name}: {figure.Measure} of the {figure.Part} sample under {run.Recipes[figure.RecipeId]} "
            + $"changed by {figure.Change:0.000} (95 % interval {figure.Low:0.000} to {figure.High:0.000}) over {figure.Texts} texts since run {figure.BaselineRun}.");

    private static string Chinese(FinishedRun run, EvaluationFigure figure)
    {
        var place = $"{(run.Schedule is { } schedule ? $"计划 {schedule.Definition.Name} 的" : "")}运行 {run.Id}：{run.Recipes[figure.RecipeId]} ";
        return place + (run.IsStability
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"多次生成之间的 ROUGE-L 差异为 {figure.Value:0.000}（95 % 区间 {figure.Low:0.000} 至 {figure.High:0.000}），共 {figure.Texts} 条文本。")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"在{(figure.Part == "pinned" ? "固定" : "新流入")}样本上的 {figure.Measure} 与运行 {figure.BaselineRun} 相比变化了 {figure.Change:0.000}"
                + $"（95 % 区间 {figure.Low:0.000} 至 {figure.High:0.000}），共 {figure.Texts} 条文本。"));
    }
}
