using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Pipeline.Testing;

namespace Pipeline.Browser.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed class BacklogPageTests(DashboardWorld world)
{
    [Fact]
    public async Task The_backlog_shows_the_figures_of_the_view_and_what_failed_and_requeues_it_after_a_question()
    {
        await using var visit = await world.OpenAsync();
        var table = visit.Page.Locator(".batch > .grid tbody tr");
        await Assertions.Expect(table).ToHaveCountAsync(2);

        var expected = await world.Database.DataSource.ColumnAsync<string>("""
            select concat_ws(' ', accepted, pending, running, done, rejected + quarantined, cancelled, scored) from pipeline.batch_progress order by recipe
            """);
        Assert.Equal("61 0 0 59 2 0 61", expected[1]);
        foreach (var (recipe, figures) in expected.Index())
        {
            await Assertions.Expect(table.Nth(recipe).Locator("td.number")).ToHaveTextAsync(figures.Split(' '));
        }

        var failures = visit.Page.Locator(".failures tbody tr");
        await Assertions.Expect(failures).ToHaveCountAsync(2);
        await Assertions.Expect(failures.Nth(0)).ToContainTextAsync("timeout");
        Assert.Contains(DashboardWorld.Script, await failures.Nth(0).InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains(DashboardWorld.BatchName, await visit.TextAsync(), StringComparison.Ordinal);

        // Asked first: leaving it changes nothing.
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Requeue…" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Leave it" }).ClickAsync();
        Assert.Equal(2, await QuarantinedAsync());
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Requeue…" }).ClickAsync();
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Requeue", Exact = true }));

        Assert.Contains("2 work items of batch 1 are pending again.", await visit.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await QuarantinedAsync());
        await Assertions.Expect(failures).ToHaveCountAsync(1);
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task The_page_follows_the_work_by_itself()
    {
        await using var visit = await world.OpenAsync();
        var messages = visit.Page.Locator("[aria-labelledby=stages] tbody tr").Nth(0).Locator("td").Nth(3);
        await Assertions.Expect(messages).ToHaveTextAsync("0");

        var chunk = await world.Database.ScalarAsync<long>(
            "insert into pipeline.chunks (recipe_id, queue, size) select id, 'embed-texts', 1 from pipeline.recipes where stage = 'embed' limit 1 returning id");

        await Assertions.Expect(messages).ToHaveTextAsync("1");
        await world.Database.DataSource.ExecuteAsync("delete from pipeline.chunks where id = $1", chunk);
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task The_reason_of_refused_lines_is_that_of_the_first_of_them()
    {
        var first = await world.Database.ScalarAsync<string>("select reason from pipeline.batch_rejects");
        await world.Database.DataSource.ExecuteAsync("insert into pipeline.batch_rejects (batch_id, line, code, reason) select 1, 1000, code, '!' from pipeline.batch_rejects");
        try
        {
            await using var visit = await world.OpenAsync();
            var refused = visit.Page.Locator(".failures tbody tr", new() { HasText = "ingest" }).Locator("td");
            await Assertions.Expect(refused.Nth(6)).ToHaveTextAsync("2");

            Assert.Equal(first, await refused.Nth(4).InnerTextAsync());
            Assert.Equal("62", await refused.Nth(5).InnerTextAsync());
            Assert.Equal("refused", await refused.Nth(2).InnerTextAsync());
            await visit.AssertCleanAsync();
        }
        finally
        {
            await world.Database.DataSource.ExecuteAsync("delete from pipeline.batch_rejects where line = 1000");
        }
    }

    [Fact]
    public async Task States_and_the_reasons_of_refused_lines_are_in_the_language_of_the_reader()
    {
        await using var visit = await world.OpenAsync(options: new() { Locale = "zh-CN" });
        var refused = visit.Page.Locator(".failures tbody tr", new() { HasText = "ingest" }).Locator("td");

        await Assertions.Expect(refused.Nth(2)).ToHaveTextAsync("被拒绝");
        await Assertions.Expect(refused.Nth(3)).ToHaveTextAsync("empty");
        await Assertions.Expect(refused.Nth(4)).ToHaveTextAsync("正文为空");
        // The latter once another test has put back what failed.
        await Assertions.Expect(visit.Page.Locator(".batch-head .state")).ToHaveTextAsync(new Regex("^(已完成|处理中)$"));
        // What is stored says more.
        Assert.Equal("the text is empty", await refused.Nth(4).GetAttributeAsync("title"));
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task Older_batches_are_pages_away()
    {
        await world.Database.DataSource.ExecuteAsync("""
            insert into pipeline.batches (tenant, name, source, fingerprint, embedder_id, state)
            select b.tenant, 'page ' || n, b.source, sha256(('page' || n)::bytea), b.embedder_id, b.state from pipeline.batches b, generate_series(1, 13) n where b.id = 1;
            insert into pipeline.batch_recipes (batch_id, recipe_id)
            select b.id, r.recipe_id from pipeline.batches b, pipeline.batch_recipes r where b.name like 'page %' and r.batch_id = 1
            """);
        try
        {
            await using var visit = await world.OpenAsync();
            var names = visit.Page.Locator(".batch-head h2");
            await Assertions.Expect(names.First).ToHaveTextAsync("page 13");
            await Assertions.Expect(names).ToHaveCountAsync(12);

            await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Older batches" }));
            await Assertions.Expect(names).ToHaveTextAsync(["page 1", DashboardWorld.BatchName]);
            await Assertions.Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Older batches" })).ToHaveCountAsync(0);

            await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Newest batches" }));
            await Assertions.Expect(names).ToHaveCountAsync(12);
            await visit.AssertCleanAsync();
        }
        finally
        {
            await world.Database.DataSource.ExecuteAsync("""
                delete from pipeline.batch_recipes where batch_id in (select id from pipeline.batches where name like 'page %');
                delete from pipeline.batches where name like 'page %'
                """);
        }
    }

    [Fact]
    public async Task Reasons_can_be_read_on_a_telephone()
    {
        await using var visit = await world.OpenAsync();
        await visit.Page.SetViewportSizeAsync(390, 844);

        // Beside it the table scrolls.
        Assert.InRange(await visit.Page.Locator(".failures tbody td.text").First.EvaluateAsync<int>("e => e.clientWidth"), 200, 390);
    }

    private Task<long> QuarantinedAsync() => world.Database.ScalarAsync<long>("select count(*) from pipeline.work_items where state = 'quarantined'");
}
