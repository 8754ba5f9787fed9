using System.ComponentModel;
using System.Text.Json.Serialization;
using Pipeline.Inference.Recipes;
using Pipeline.Storage.Evaluations;

namespace Pipeline.Scoring.Evaluations;

/// <summary>A schedule that somebody asks for, by names; not checked yet.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ScheduleWish
{
    private const int UsualTexts = 100;

    /// <summary>Its name.</summary>
    [Description("1 to 60 characters without white space, unique in the installation.")]
    public required string Name { get; init; }

    /// <summary>What its runs are.</summary>
    [Description("'reevaluation' (runs are compared with a baseline) or 'stability' (every text is generated several times).")]
    public string Kind { get; init; } = ScheduleDefinition.ReevaluationKind;

    /// <summary>When it runs.</summary>
    [Description("Minute, hour, day of the month, month, day of the week, such as '0 3 * * *'.")]
    public required string Cron { get; init; }

    /// <summary>In which zone that is meant.</summary>
    [Description("Time zone of the cron expression, such as Asia/Shanghai.")]
    public string TimeZone { get; init; } = "UTC";

    /// <summary>What it runs.</summary>
    [Description("Names of summarising recipes; GET /api/recipes lists them. For stability, recipes whose engine draws its words.")]
    public required IReadOnlyList<string> Recipes { get; init; }

    /// <summary>On which documents.</summary>
    [Description("Only documents of this batch, by id.")]
    public long? BatchId { get; init; }

    /// <summary>How many texts stay the same.</summary>
    [Description("Texts that every run repeats, drawn now: 20 to 10000, or 0 for none. Default: 100, for stability 50.")]
    public int? Pinned { get; init; }

    /// <summary>How many are new each time.</summary>
    [Description("Texts drawn for each run from what came in since the one before: 20 to 10000, or 0 for none. Default: 100, for stability 0.")]
    public int? Fresh { get; init; }

    /// <summary>The drop that counts.</summary>
    [Description("Smallest drop of a mean score that counts; 0.01 is one ROUGE point, and the default. Not for stability.")]
    public double? MinDrop { get; init; }

    /// <summary>The change that counts.</summary>
    [Description("How far summaries may move from the baseline's (1 - ROUGE-L) before it counts. Default: 0.1. Not for stability.")]
    public double? MinChange { get; init; }

    /// <summary>How many bad runs alarm.</summary>
    [Description("Runs with a drop, or unstable ones, that raise an alarm, of the latest alarm_window runs.")]
    public int AlarmAfter { get; init; } = 2;

    /// <summary>Among how many.</summary>
    [Description("How many of the latest runs are looked at.")]
    public int AlarmWindow { get; init; } = 3;

    /// <summary>How often each text is generated.</summary>
    [Description("Stability: generations of each text, 2 to 100. Default: 5.")]
    public int? Samples { get; init; }

    /// <summary>With which temperature.</summary>
    [Description("Stability: above 0 and at most 2. Default: the recipe's own when it samples, else 0.7.")]
    public double? Temperature { get; init; }

    /// <summary>The definition that is asked for, without the ids of its recipes; <see cref="ScheduleRules"/> has still to check it.</summary>
    /// <param name="tenant">Who asks; null for all tenants together.</param>
    /// <param name="recipes">What <see cref="Recipes"/> name; only read for a stability check.</param>
    /// <exception cref="ScheduleException">What is asked for does not go together.</exception>
    public ScheduleDefinition ToDefinition(string? tenant, IEnumerable<RecipeDefinition> recipes)
    {
        var stability = StabilityOf(recipes);
        return new()
        {
            Name = Name,
            Cron = Cron,
            TimeZone = TimeZone,
            Stability = stability,
            RecipeIds = [],
            Tenant = tenant,
            BatchId = BatchId,
            Pinned = Pinned ?? (stability is null ? UsualTexts : StabilitySampling.UsualTexts),
            Fresh = Fresh ?? (stability is null ? UsualTexts : 0),
            MinDrop = MinDrop ?? ScheduleDefinition.UsualMinDrop,
            MinChange = MinChange ?? ScheduleDefinition.UsualMinChange,
            AlarmAfter = AlarmAfter,
            AlarmWindow = AlarmWindow,
        };
    }

    private StabilitySampling? StabilityOf(IEnumerable<RecipeDefinition> recipes)
    {
        switch (Kind)
        {
            case ScheduleDefinition.ReevaluationKind when Samples is not null || Temperature is not null:
                throw new ScheduleException("Samples and temperature are of stability checks; leave them out, or ask for the kind 'stability'.");
            case ScheduleDefinition.ReevaluationKind:
                return null;
            case ScheduleDefinition.StabilityKind:
                ScheduleRules.RefuseDrops(MinDrop, MinChange);
                return new(Samples ?? StabilitySampling.UsualSamples, TemperatureOf(recipes));
            default:
                throw new ScheduleException($"There is no kind '{Kind}' of schedule. There are 'reevaluation' and 'stability'.");
        }
    }

    private double TemperatureOf(IEnumerable<RecipeDefinition> recipes)
    {
        var own = new HashSet<double>();
        try
        {
            foreach (var recipe in recipes)
            {
                SampledRecipe.Of(recipe, SampledRecipe.DefaultTemperature, seed: 0);
                own.Add(SampledRecipe.Temperature(recipe) is > 0 and var temperature ? temperature : SampledRecipe.DefaultTemperature);
            }
        }
        catch (RecipeException exception)
        {
            throw new ScheduleException(exception.Message, exception);
        }

        return Temperature ?? (own.Count <= 1
            ? own.FirstOrDefault(SampledRecipe.DefaultTemperature)
            : throw new ScheduleException("These recipes have different temperatures of their own; say with which temperature they are checked."));
    }
}
