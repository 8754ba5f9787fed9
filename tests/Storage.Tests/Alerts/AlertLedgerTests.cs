using Npgsql;
using Pipeline.Storage.Alerts;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Alerts;

public sealed class AlertLedgerTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private readonly string _subject = Guid.NewGuid().ToString("N");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AlertLedger Ledger => new(database.DataSource);

    [Fact]
    public async Task An_alert_that_is_raised_again_stays_one_with_the_latest_value()
    {
        var first = await Ledger.RaiseAsync(Drift(0.2), Token);
        var second = await Ledger.RaiseAsync(Drift(0.3) with { Severity = AlertSeverity.Critical, Message = "worse" }, Token);

        Assert.True(first.IsNew);
        Assert.Equal(first with { IsNew = false }, second);
        var row = await FindAsync(first.Id);
        Assert.Equal((2, 0.3, AlertSeverity.Critical, "worse"), (row.Occurrences, row.Alert.Value!.Value, row.Alert.Severity, row.Alert.Message));
        Assert.True(row.LastSeenAt > row.OpenedAt);
        Assert.Equal(["opened"], await NewsAsync(first.Id));
    }

    [Fact]
    public async Task Raised_at_the_same_time_from_many_sides_it_is_one_alert()
    {
        var raised = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Ledger.RaiseAsync(Drift(0.2), Token)));

        Assert.Single(raised, alert => alert.IsNew);
        Assert.Single(raised.Select(alert => alert.Id).Distinct());
        Assert.Equal(8, (await FindAsync(raised[0].Id)).Occurrences);
        Assert.Equal(["opened"], await NewsAsync(raised[0].Id));
    }

    [Fact]
    public async Task A_resolved_alert_is_history_and_the_next_breach_a_new_one()
    {
        var first = await Ledger.RaiseAsync(Drift(0.2), Token);
        Assert.True(await Ledger.ResolveAsync("default", "drift-share", _subject, Token));
        Assert.False(await Ledger.ResolveAsync("default", "drift-share", _subject, Token));
        var second = await Ledger.RaiseAsync(Drift(0.4), Token);

        Assert.True(second.IsNew);
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(["opened", "resolved"], await NewsAsync(first.Id));
        Assert.Equal([second.Id], await OpenAsync());
        Assert.NotNull((await FindAsync(first.Id)).ResolvedAt);
    }

    [Fact]
    public async Task Another_rule_subject_or_tenant_is_another_alert()
    {
        await Ledger.RaiseAsync(Drift(0.2), Token);
        Assert.True((await Ledger.RaiseAsync(Drift(0.2) with { Rule = "rejected-share" }, Token)).IsNew);
        Assert.True((await Ledger.RaiseAsync(Drift(0.2) with { Tenant = "other" }, Token)).IsNew);
        Assert.True(await Ledger.ResolveAsync("other", "drift-share", _subject, Token));

        Assert.Equal(2, (await OpenAsync()).Count);
    }

    [Fact]
    public async Task The_first_to_acknowledge_is_remembered_and_the_alert_stays_open()
    {
        var alert = await Ledger.RaiseAsync(Drift(0.2), Token);
        Assert.Equal("张三", (await Ledger.AcknowledgeAsync(alert.Id, "张三", tenant: null, Token))!.AcknowledgedBy);
        Assert.Equal("张三", (await Ledger.AcknowledgeAsync(alert.Id, "李四", "default", Token))!.AcknowledgedBy);

        Assert.Equal([alert.Id], await OpenAsync());
        Assert.Null(await Ledger.AcknowledgeAsync(long.MaxValue, "张三", tenant: null, Token));
        Assert.Null(await Ledger.AcknowledgeAsync(alert.Id, "王五", "another", Token));
    }

    [Fact]
    public async Task A_severity_that_nobody_knows_cannot_be_stored()
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => database.DataSource.ExecuteAsync(
            "insert into pipeline.alerts (tenant, rule, subject, severity, message, query) values ('t', 'r', 's', 'fatal', 'm', 'select 1')"));

        Assert.Equal(PostgresErrorCodes.CheckViolation, refused.SqlState);
    }

    private Alert Drift(double share) => new("drift-share", _subject, AlertSeverity.Warning, "too many", "select 1")
    {
        Value = share,
        Threshold = 0.1,
        Detail = """{"window": 200}""",
    };

    private async Task<AlertRow> FindAsync(long id) => (await Ledger.ListAsync(openOnly: false, 1000, tenant: null, Token)).Single(row => row.Id == id);

    private async Task<IReadOnlyList<long>> OpenAsync() =>
        [.. (await Ledger.ListAsync(openOnly: true, 1000, "default", Token)).Where(row => row.Alert.Subject == _subject).Select(row => row.Id)];

    private Task<IReadOnlyList<string>> NewsAsync(long id) =>
        database.DataSource.ColumnAsync<string>("select event from pipeline.alert_deliveries where alert_id = $1 order by id", id);
}
