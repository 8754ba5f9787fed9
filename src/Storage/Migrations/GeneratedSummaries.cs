using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Flags and tokens of summaries.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261125000010_GeneratedSummaries")]
internal sealed class GeneratedSummaries : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("010_generated_summaries.sql"));
}
