using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Pipeline.Storage.Rows;

namespace Pipeline.Storage;

/// <summary>Writes recipe definitions into the database, once each, and reads them back.</summary>
public sealed class RecipeRegistry(NpgsqlDataSource dataSource)
{
    /// <summary>
    /// Makes sure the recipe has a row and, for an embedder, a partition for its vectors. The same definition always gives the same
    /// id. Its <see cref="RecipeRow.SecondsPerText"/> stays what it is: by then workers may have measured it.
    /// </summary>
    public async Task<RecipeRow> EnsureAsync(RecipeRow recipe, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand("""
            insert into pipeline.recipes (name, stage, engine, definition, sha256, dimensions, seconds_per_text)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (sha256) do update set seconds_per_text = pipeline.recipes.seconds_per_text
            returning id
            """, connection, transaction)
        {
            Parameters =
            {
                new() { Value = recipe.Name },
                new() { Value = recipe.Stage },
                new() { Value = recipe.Engine },
                new() { Value = recipe.Definition, NpgsqlDbType = NpgsqlDbType.Jsonb },
                new() { Value = recipe.Sha256 },
                new() { Value = (object?)recipe.Dimensions ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
                new() { Value = recipe.SecondsPerText },
            },
        };
        var id = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (recipe.Stage == "embed")
        {
            await using var partition = new NpgsqlCommand("select pipeline.add_embedder($1)", connection, transaction)
            {
                Parameters = { new() { Value = id } },
            };
            await partition.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return new RecipeRow
        {
            Id = id,
            Name = recipe.Name,
            Stage = recipe.Stage,
            Engine = recipe.Engine,
            Definition = recipe.Definition,
            Sha256 = recipe.Sha256,
            Dimensions = recipe.Dimensions,
            SecondsPerText = recipe.SecondsPerText,
        };
    }

    /// <summary>Engine of recipes whose summaries come with their texts. Nothing can run them, so they are current under no name.</summary>
    public const string CandidateEngine = "candidate";

    // Only the variants that stability checks run have it in their names. Nobody else runs them.
    private const string VariantMark = "@";

    /// <summary>The recipe with this id, or null.</summary>
    public async Task<RecipeRow?> FindAsync(int id, CancellationToken cancellationToken)
    {
        await using var context = PipelineDbContext.Create(dataSource);
        return await context.Recipes.FindAsync([id], cancellationToken);
    }

    /// <summary>The current recipe of a name: the one registered last. Null when no recipe of that stage was ever registered under it.</summary>
    public async Task<RecipeRow?> CurrentAsync(string name, string stage, CancellationToken cancellationToken)
    {
        await using var context = PipelineDbContext.Create(dataSource);
        return await context.Recipes.Where(row => row.Name == name && row.Stage == stage && row.Engine != CandidateEngine).OrderByDescending(row => row.Id)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The current recipes of all names that people use, by name.</summary>
    public async Task<IReadOnlyList<RecipeRow>> CurrentAsync(CancellationToken cancellationToken)
    {
        await using var context = PipelineDbContext.Create(dataSource);
        return await context.Recipes
            .Where(row => row.Engine != CandidateEngine && !row.Name.Contains(VariantMark) && !context.Recipes.Any(newer => newer.Name == row.Name && newer.Stage == row.Stage && newer.Id > row.Id))
            .OrderBy(row => row.Name).ToListAsync(cancellationToken);
    }
}
