using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Cancelled and pruned batches, and progress counted in steps.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261125000000_Batches")]
internal sealed class Batches : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("003_batches.sql"));
}
