using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Schedules, runs and generations of evaluations.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261125000023_Evaluations")]
internal sealed class Evaluations : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("023_evaluations.sql"));
}
