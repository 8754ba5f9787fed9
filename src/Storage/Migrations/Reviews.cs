using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Comparison of recipes and embedders, and blind reviews.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261125000024_Reviews")]
internal sealed class Reviews : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("024_reviews.sql"));
}
