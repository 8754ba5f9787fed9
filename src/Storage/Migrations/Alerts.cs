using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Alerts and their delivery.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261125000022_Alerts")]
internal sealed class Alerts : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("022_alerts.sql"));
}
