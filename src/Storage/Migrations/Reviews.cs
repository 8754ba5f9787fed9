using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Blind reviews and their ratings.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261126000041_Reviews")]
internal sealed class Reviews : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("041_reviews.sql"));
}
