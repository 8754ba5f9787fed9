using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Storage.Migrations;

/// <summary>Messages of alerts in Chinese.</summary>
[DbContext(typeof(PipelineDbContext))]
[Migration("20261126000050_AlertChinese")]
internal sealed class AlertChinese : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlScript.Read("050_alert_chinese.sql"));
}
