using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>API keys, idempotent requests, files, batches of the OpenAI kind.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261125000030_Api")]
internal sealed class Api : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("030_api.sql"));
}
