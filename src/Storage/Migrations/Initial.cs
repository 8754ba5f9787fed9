using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>
/// Tables, indexes and views of the first version. Written in SQL because partitions, partial indexes, storage modes and views are
/// what matters here and none of them has a form in the migration API.
/// </summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261124000000_Initial")]
internal sealed class Initial : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(SqlScript.Read("001_tables.sql"));
        migrationBuilder.Sql(SqlScript.Read("002_views.sql"));
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("drop schema pipeline cascade");
}
