using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Passwords for one log-in.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261126000046_OneTimePasswords")]
internal sealed class OneTimePasswords : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("046_one_time_passwords.sql"));
}
