using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using Pipeline.Storage.Rows;

namespace Pipeline.Storage;

/// <summary>
/// Schema owner and reader of the cold tables. Hot paths (intake, ledger, results) use SQL on <see cref="NpgsqlDataSource"/> directly.
/// </summary>
/// <remarks>A migration is a class in <c>Migrations</c> that runs a file of <c>Sql</c>; see <see cref="Migrations.Initial"/>.</remarks>
public sealed class PipelineDbContext(DbContextOptions<PipelineDbContext> options) : DbContext(options)
{
    /// <summary>Name of the schema that holds everything of ours.</summary>
    public const string Schema = "pipeline";

    /// <summary>All recipes ever registered.</summary>
    public DbSet<RecipeRow> Recipes => Set<RecipeRow>();

    /// <summary>All batches.</summary>
    public DbSet<BatchRow> Batches => Set<BatchRow>();

    /// <summary>The view <c>batch_progress</c>.</summary>
    public DbSet<BatchProgressRow> BatchProgress => Set<BatchProgressRow>();

    /// <summary>Makes a context on a data source.</summary>
    public static PipelineDbContext Create(NpgsqlDataSource dataSource)
    {
        var options = new DbContextOptionsBuilder<PipelineDbContext>()
            .UseNpgsql(dataSource, npgsql => npgsql.MigrationsHistoryTable("__migrations", Schema))
            // The migrations are SQL, so there is no model snapshot to compare with; a test reads every mapped table and view instead.
            .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning))
            .Options;
        return new PipelineDbContext(options);
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.Entity<RecipeRow>().ToTable("recipes").Property(row => row.Definition).HasColumnType("jsonb");
        modelBuilder.Entity<BatchRow>().ToTable("batches");
        modelBuilder.Entity<BatchProgressRow>().ToView("batch_progress").HasNoKey()
            .Ignore(row => row.IsFinished).Ignore(row => row.Steps);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(SnakeCase(property.Name));
        }
    }

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
