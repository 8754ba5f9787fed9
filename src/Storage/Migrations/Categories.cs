using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Categories of documents.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261126000047_Categories")]
internal sealed class Categories : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("047_categories.sql"));
}
