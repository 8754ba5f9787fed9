using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Embedders beside the one of a batch.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261126000042_Embedders")]
internal sealed class Embedders : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("042_embedders.sql"));
}
