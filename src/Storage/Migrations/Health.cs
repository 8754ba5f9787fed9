using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Health per recipe and length band, baselines and fallbacks.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261125000021_Health")]
internal sealed class Health : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("021_health.sql"));
}
