using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Comparison of recipes.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261125000024_Comparisons")]
internal sealed class Comparisons : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("024_comparisons.sql"));
}
