using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Topics of texts by an imported classifier.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261126000048_Topics")]
internal sealed class Topics : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("048_topics.sql"));
}
