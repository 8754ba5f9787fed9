using Npgsql;
using Pipeline.Inference.Recipes;
using Pipeline.Storage;
using Pipeline.Storage.Evaluations;
using Pipeline.Storage.Rows;

namespace Pipeline.Scoring.Evaluations;

/// <summary>Takes wishes for schedules, from the dashboard and from the HTTP API, by the rules of <see cref="ScheduleRules"/>.</summary>
internal sealed class ScheduleDesk(
    ScheduleStore schedules, ScheduleRunner runner, RecipeRegistry recipes, NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>Makes a schedule.</summary>
    /// <param name="wish">What is asked for.</param>
    /// <param name="tenant">Who asks; null for all tenants together.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ScheduleException">A rule does not hold, or there is no such recipe or batch.</exception>
    /// <exception cref="PipelineStorageException">The name is taken, or there are too few documents.</exception>
    public async Task<ScheduleRow> AddAsync(ScheduleWish wish, string? tenant, CancellationToken cancellationToken)
    {
        var rows = await RecipesAsync(wish.Recipes, cancellationToken);
        var definition = wish.ToDefinition(tenant, rows.Select(row => RecipeJson.Parse(row.Definition)));
        ScheduleRules.Check(definition, time.GetUtcNow());
        if (wish.BatchId is { } batch && !await HasBatchAsync(batch, tenant, cancellationToken))
        {
            throw new ScheduleException($"There is no batch {batch}.");
        }

        var id = await schedules.AddAsync(definition with { RecipeIds = [.. rows.Select(row => row.Id)] }, cancellationToken);
        return await schedules.FindAsync(id, cancellationToken)
            ?? throw new PipelineStorageException($"The schedule '{wish.Name}' was made, and removed by somebody else at once.");
    }

    /// <summary>Changes a schedule.</summary>
    /// <exception cref="ScheduleException">A rule does not hold.</exception>
    public Task ChangeAsync(ScheduleRow row, ScheduleChange change, CancellationToken cancellationToken) =>
        schedules.ChangeAsync(row.Id, change.ApplyTo(row.Definition, time.GetUtcNow()), cancellationToken);

    /// <summary>Starts a run, unless one is going on.</summary>
    public Task<RunStart> RunNowAsync(ScheduleRow row, CancellationToken cancellationToken) =>
        runner.StartAsync(row, $"asked {Guid.NewGuid():N}", cancellationToken);

    /// <summary>Names of the recipes that a schedule of this kind can run.</summary>
    public async Task<IReadOnlyList<string>> RecipeNamesAsync(bool isStability, CancellationToken cancellationToken) =>
        [.. (await SummarizersAsync(cancellationToken)).Where(row => !isStability || SampledRecipe.CanBe(RecipeJson.Parse(row.Definition))).Select(row => row.Name)];

    private async Task<IReadOnlyList<RecipeRow>> RecipesAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
        {
            throw new ScheduleException("A schedule needs a recipe, or several.");
        }

        var known = (await SummarizersAsync(cancellationToken)).ToDictionary(row => row.Name);
        return names.FirstOrDefault(name => !known.ContainsKey(name)) is { } unknown
            ? throw new ScheduleException(
                $"There is no recipe '{unknown}' in the database. There are: {string.Join(", ", known.Keys)}. A recipe is there from its first batch on.")
            : [.. names.Distinct().Select(name => known[name])];
    }

    private async Task<IEnumerable<RecipeRow>> SummarizersAsync(CancellationToken cancellationToken) =>
        (await recipes.CurrentAsync(cancellationToken)).Where(row => row.Stage == "summarize");

    private async Task<bool> HasBatchAsync(long batch, string? tenant, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select exists (select from pipeline.batches where id = $1 and ($2::text is null or tenant = $2))");
        command.Parameters.Add(new() { Value = batch });
        command.Parameters.Add(new() { Value = (object?)tenant ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
