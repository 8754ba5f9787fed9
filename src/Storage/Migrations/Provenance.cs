using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Where results come from.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261126000045_Provenance")]
internal sealed class Provenance : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("045_provenance.sql"));
}
