using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Similar documents and near-duplicates.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261126000043_Search")]
internal sealed class Search : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("043_search.sql"));
}
