using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Text statistics, unsupported places and failure classes.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261125000040_TextScores")]
internal sealed class TextScores : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("040_text_scores.sql"));
}
