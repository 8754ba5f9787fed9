using Npgsql;
using NpgsqlTypes;

namespace Pipeline.Storage.Scores;

/// <summary>What is done about summaries beyond their limits, by recipe. It holds for summaries that are scored from then on.</summary>
public sealed class BreachActions(NpgsqlDataSource dataSource)
{
    /// <summary>Sets the action of a recipe.</summary>
    /// <param name="recipeId">The recipe.</param>
    /// <param name="action">What to do.</param>
    /// <param name="fallbackRecipeId">Another recipe, with <see cref="BreachAction.Fallback"/> and with nothing else.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task SetAsync(int recipeId, BreachAction action, int? fallbackRecipeId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(action == BreachAction.Flag
            ? "delete from pipeline.breach_actions where recipe_id = $1"
            : """
            insert into pipeline.breach_actions (recipe_id, action, fallback_recipe_id) values ($1, $2, $3)
            on conflict (recipe_id) do update set action = excluded.action, fallback_recipe_id = excluded.fallback_recipe_id, created_at = now()
            """);
        command.Parameters.Add(new() { Value = recipeId });
        if (action != BreachAction.Flag)
        {
            command.Parameters.Add(new() { Value = action == BreachAction.Quarantine ? "quarantine" : "fallback" });
            command.Parameters.Add(new() { Value = (object?)fallbackRecipeId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Recipes with an action, newest first.</summary>
    public async Task<IReadOnlyList<BreachActionRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            select a.recipe_id, r.name, a.action, f.name, (select count(*) from pipeline.fallbacks k where k.recipe_id = a.recipe_id)
            from pipeline.breach_actions a
            join pipeline.recipes r on r.id = a.recipe_id
            left join pipeline.recipes f on f.id = a.fallback_recipe_id
            order by a.recipe_id desc
            """);
        var rows = new List<BreachActionRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new BreachActionRow(
                reader.GetInt32(0), reader.GetString(1), Enum.Parse<BreachAction>(reader.GetString(2), ignoreCase: true),
                reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetInt64(4)));
        }

        return rows;
    }
}
