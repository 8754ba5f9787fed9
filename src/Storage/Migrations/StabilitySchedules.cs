using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Stability checks at set times.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261126000049_StabilitySchedules")]
internal sealed class StabilitySchedules : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("049_stability_schedules.sql"));
}
