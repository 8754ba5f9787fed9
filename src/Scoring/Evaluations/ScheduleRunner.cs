using Pipeline.Storage;
using Pipeline.Storage.Evaluations;

namespace Pipeline.Scoring.Evaluations;

/// <summary>Starts runs of schedules of either kind, whoever asks: the recurring job, the dashboard, the HTTP API or the command line.</summary>
public sealed class ScheduleRunner(EvaluationStarter starter, RecipeRegistry recipes)
{
    /// <summary>Starts a run, unless one is going on.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="request">Names the wish: the same request finds the run that it started, however often it is repeated.</param>
    /// <param name="cancellationToken">Cancels; a run is started as a whole or not at all.</param>
    public async Task<RunStart> StartAsync(ScheduleRow schedule, string request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (schedule.Definition.Stability is not { } sampling)
        {
            return await starter.StartReevaluationAsync(schedule, request, cancellationToken);
        }

        var variants = new List<SampledVariant>();
        foreach (var id in schedule.Definition.RecipeIds)
        {
            var recipe = await recipes.FindAsync(id, cancellationToken) ?? throw new PipelineStorageException($"There is no recipe {id}.");
            variants.AddRange(await SampledVariants.EnsureAsync(recipes, recipe, sampling, cancellationToken));
        }

        return await starter.StartAsync(schedule, variants, request, cancellationToken);
    }
}
