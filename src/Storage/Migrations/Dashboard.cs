using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Schedules of one tenant, schedules that pause, ROUGE over time.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261126000044_Dashboard")]
internal sealed class Dashboard : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("044_dashboard.sql"));
}
