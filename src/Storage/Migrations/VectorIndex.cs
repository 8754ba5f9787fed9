using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Vectors of source texts are told from those of summaries.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261125000001_VectorIndex")]
internal sealed class VectorIndex : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("004_vector_index.sql"));
}
