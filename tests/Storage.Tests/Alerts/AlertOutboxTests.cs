using Pipeline.Storage.Alerts;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Alerts;

public sealed class AlertOutboxTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private static readonly TimeSpan s_delay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AlertOutbox Outbox => new(database.DataSource);

    private AlertLedger Alerts => new(database.DataSource);

    public async ValueTask InitializeAsync() => await database.DataSource.ExecuteAsync("delete from pipeline.alerts");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task News_that_arrived_are_never_taken_again()
    {
        var alert = await Alerts.RaiseAsync(Alert("a"), Token);

        var news = Assert.Single(await TakeAsync());
        Assert.Equal((alert.Id, "opened", 1, "a"), (news.Row.Id, news.Event, news.Attempt, news.Row.Alert.Subject));
        await Outbox.DeliveredAsync(news.Id, Token);
        await MakeDueAsync();

        Assert.Empty(await TakeAsync());
        Assert.Equal("delivered", await DeliveryAsync());
    }

    [Fact]
    public async Task An_attempt_puts_the_next_one_off_before_it_is_made_and_longer_each_time_up_to_the_limit()
    {
        await Alerts.RaiseAsync(Alert("a"), Token);
        var waits = new List<double>();
        for (var attempt = 1; attempt <= 9; attempt++)
        {
            // The process died: neither success nor failure was noted.
            Assert.Equal(attempt, Assert.Single(await TakeAsync()).Attempt);
            Assert.Empty(await TakeAsync());
            waits.Add(await database.ScalarAsync<double>("select extract(epoch from next_attempt_at - now())::float8 from pipeline.alert_deliveries"));
            await MakeDueAsync();
        }

        Assert.All(waits.Zip([30, 60, 120, 240, 480, 960, 1920, 3600, 3600.0]), pair => Assert.InRange(pair.First, pair.Second - 20, pair.Second));
    }

    [Fact]
    public async Task The_end_of_an_alert_waits_until_its_beginning_has_arrived()
    {
        await Alerts.RaiseAsync(Alert("a"), Token);
        await Alerts.ResolveAsync("default", "drift", "a", Token);

        var opened = Assert.Single(await TakeAsync());
        Assert.Equal("opened", opened.Event);
        await Outbox.FailedAsync(opened.Id, "answered 500", Token);
        Assert.Empty(await TakeAsync());
        Assert.Equal("pending answered 500", await database.ScalarAsync<string>("select delivery || ' ' || delivery_error from pipeline.alert_history"));
        await Outbox.DeliveredAsync(opened.Id, Token);

        var resolved = Assert.Single(await TakeAsync());
        Assert.Equal("resolved", resolved.Event);
        Assert.NotNull(resolved.Row.ResolvedAt);
    }

    [Fact]
    public async Task Of_many_who_take_at_once_one_gets_each()
    {
        for (var i = 0; i < 12; i++)
        {
            await Alerts.RaiseAsync(Alert($"s{i}"), Token);
        }

        var taken = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => TakeAsync()));

        var ids = taken.SelectMany(news => news).Select(news => news.Id).ToList();
        Assert.Equal(12, ids.Count);
        Assert.Equal(12, ids.Distinct().Count());
    }

    [Fact]
    public async Task Old_news_are_given_up_and_do_not_hold_back_what_follows()
    {
        await Alerts.RaiseAsync(Alert("a"), Token);
        await database.DataSource.ExecuteAsync("update pipeline.alert_deliveries set created_at = now() - interval '25 hours'");
        await Alerts.ResolveAsync("default", "drift", "a", Token);

        Assert.Equal(1, await Outbox.AbandonAsync(TimeSpan.FromDays(1), Token));
        Assert.Equal(0, await Outbox.AbandonAsync(TimeSpan.FromDays(1), Token));
        Assert.Equal("resolved", Assert.Single(await TakeAsync()).Event);
        Assert.Equal("abandoned", await DeliveryAsync());
    }

    private Task<IReadOnlyList<AlertNews>> TakeAsync() => Outbox.TakeDueAsync(100, s_delay, s_longest, Token);

    private Task<int> MakeDueAsync() => database.DataSource.ExecuteAsync("update pipeline.alert_deliveries set next_attempt_at = now()");

    private Task<string> DeliveryAsync() => database.ScalarAsync<string>("select delivery from pipeline.alert_history");

    private static Alert Alert(string subject) => new("drift", subject, AlertSeverity.Critical, "fallen", "select 1");
}
