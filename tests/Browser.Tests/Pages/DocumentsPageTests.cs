using Microsoft.Playwright;
using Pipeline.Testing;

namespace Pipeline.Browser.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed class DocumentsPageTests(DashboardWorld world)
{
    [Fact]
    public async Task Documents_are_filtered_by_recipe_text_and_id_and_paged_in_input_order()
    {
        await using var visit = await world.OpenAsync("/documents");
        var rows = visit.Page.Locator(".documents tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(25);

        await visit.Page.GetByLabel("Recipe").SelectOptionAsync("extractive");
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }));
        var seen = new List<string>();
        while (true)
        {
            seen.AddRange(await visit.Page.Locator(".documents tbody td:first-child").AllInnerTextsAsync());
            var next = visit.Page.GetByRole(AriaRole.Link, new() { Name = "Next page" });
            if (await next.CountAsync() == 0)
            {
                break;
            }

            await visit.FollowAsync(next);
        }

        Assert.Equal(Enumerable.Range(1, 61).Select(line => $"{line}"), seen);

        await visit.Page.GetByLabel("Text or summary contains").FillAsync("工单7号");
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }));
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        Assert.Equal("extractive", await visit.Page.GetByLabel("Recipe").InputValueAsync());

        await visit.Page.GetByLabel("Text or summary contains").FillAsync("");
        await visit.Page.GetByLabel("Id", new() { Exact = true }).FillAsync("T-9");
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }));
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        Assert.Contains("工单8号", await rows.InnerTextAsync(), StringComparison.Ordinal);

        await visit.Page.GetByLabel("Id", new() { Exact = true }).FillAsync("nobody");
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }));
        Assert.Contains("No document matches.", await visit.TextAsync(), StringComparison.Ordinal);
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task A_document_shows_its_text_the_summaries_of_all_recipes_their_scores_and_where_they_come_from()
    {
        await using var visit = await world.OpenAsync("/documents/1/30");
        var text = await visit.TextAsync();

        foreach (var body in await world.Database.DataSource.ColumnAsync<string>(
            "select unnest(array[text, summary, reference, source, rouge_signature]) from pipeline.results where line = 30"))
        {
            Assert.Contains(body, text, StringComparison.Ordinal);
        }

        Assert.Equal(["extractive", "lead"], await visit.Page.Locator(".summary h2").AllInnerTextsAsync());
        await visit.Page.GetByText("hashing").First.ClickAsync();
        Assert.Contains("\"name\": \"hashing\"", await visit.TextAsync(), StringComparison.Ordinal);
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task What_the_text_does_not_support_is_marked_with_its_kind_and_failure_classes_are_shown()
    {
        // An engine that invents: behind a character of two UTF-16 units, and with markup around it.
        await using var visit = await world.OpenAsync("/documents/1/30");
        await Assertions.Expect(visit.Page.Locator(".summary mark")).ToHaveCountAsync(0);
        var truth = await world.Database.DataSource.ScalarAsync<string>("select summary from pipeline.results where line = 31 and recipe = 'lead'");
        try
        {
            await TellAsync($"𠀀缴费3000元{DashboardWorld.Script}后恢复");
            await visit.Page.GotoAsync("/documents/1/31");
            var marks = visit.Page.Locator(".summary mark");

            Assert.Contains("3000元", await marks.AllInnerTextsAsync());
            Assert.Equal("amount that the text does not have", await marks.Filter(new() { HasText = "3000元" }).GetAttributeAsync("title"));
            Assert.Contains($"𠀀缴费3000元{DashboardWorld.Script}后恢复", await visit.TextAsync(), StringComparison.Ordinal);
            await Assertions.Expect(visit.Page.Locator(".summary .flag", new() { HasText = "number-unit" })).ToHaveCountAsync(1);
            await visit.AssertCleanAsync();
        }
        finally
        {
            await TellAsync(truth);
        }
    }

    /// <summary>Puts another summary in the place of one of line 31 and has it measured.</summary>
    private async Task TellAsync(string summary)
    {
        await world.Database.DataSource.ExecuteAsync("""
            with line as (select text_id, recipe_id, summary_text_id from pipeline.text_scores where line = 31 and recipe = 'lead'),
                 told as (update pipeline.texts set body = $1 where id = (select summary_text_id from line)),
                 old as (delete from pipeline.text_statistics x using line l where x.text_id = l.text_id and x.recipe_id = l.recipe_id)
            insert into pipeline.unscored (recipe_id, text_id) select recipe_id, text_id from line
            """, summary);
        await Eventually.TrueAsync(
            async () => await world.Database.DataSource.ScalarAsync<long>("select count(*) from pipeline.text_scores where line = 31") == 2,
            TimeSpan.FromSeconds(60), () => "The summary is not measured.");
    }

    [Fact]
    public async Task Markup_in_id_text_reference_and_source_stays_text()
    {
        await using var visit = await world.OpenAsync("/documents/1/1");
        var text = await visit.TextAsync();

        Assert.Contains("category markup" + DashboardWorld.Image, text, StringComparison.Ordinal);
        Assert.Contains("XSS" + DashboardWorld.Image, text, StringComparison.Ordinal);
        Assert.Contains(DashboardWorld.Script + "打印机无法启动", text, StringComparison.Ordinal);
        Assert.Contains("打印机" + DashboardWorld.Script, text, StringComparison.Ordinal);
        Assert.Contains("source" + DashboardWorld.Script, text, StringComparison.Ordinal);
        await visit.AssertCleanAsync();

        // What a link brings is shown as text too.
        await visit.Page.GotoAsync("/documents?text=" + Uri.EscapeDataString(DashboardWorld.Image) + "&id=" + Uri.EscapeDataString(DashboardWorld.Script));
        Assert.Equal(DashboardWorld.Image, await visit.Page.GetByLabel("Text or summary contains").InputValueAsync());
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task Documents_of_one_category_are_listed_and_looked_up_by_id()
    {
        await using var visit = await world.OpenAsync("/documents?recipe=extractive");
        var rows = visit.Page.Locator(".documents tbody tr");
        var lifts = await world.Database.DataSource.ScalarAsync<long>("select count(*) from pipeline.line_categories where category = '电梯'");
        Assert.InRange(lifts, 1, 24);

        await visit.Page.GetByLabel("Category").SelectOptionAsync("电梯");
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }));

        await Assertions.Expect(rows).ToHaveCountAsync((int)lifts);
        Assert.All(await rows.AllInnerTextsAsync(), row => Assert.Contains("电梯", row, StringComparison.Ordinal));
        await visit.Page.GotoAsync("/documents?recipe=extractive&category=电梯&id=" + Uri.EscapeDataString("XSS" + DashboardWorld.Image));
        Assert.Contains("No document matches.", await visit.TextAsync(), StringComparison.Ordinal);
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task A_document_says_what_it_is_filed_under_in_the_language_of_the_reader()
    {
        await using var visit = await world.OpenAsync(options: new() { Locale = "zh-CN" });
        var lift = await world.Database.DataSource.ScalarAsync<long>("select min(line) from pipeline.line_categories where category = '电梯'");
        var other = await world.Database.DataSource.ScalarAsync<long>(
            "select min(line) from pipeline.batch_items where line not in (select line from pipeline.line_categories)");

        await visit.Page.GotoAsync($"/documents/1/{lift}");
        Assert.Contains(" · 类别 电梯\n", await visit.TextAsync(), StringComparison.Ordinal);
        await visit.ScreenshotAsync("document-category.png");
        await visit.Page.GotoAsync($"/documents/1/{other}");
        Assert.DoesNotContain("类别", await visit.TextAsync(), StringComparison.Ordinal);
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task A_search_by_meaning_finds_documents_and_says_so_when_no_worker_runs()
    {
        await using var visit = await world.OpenAsync("/documents");
        await visit.Page.GetByLabel("Search by meaning").FillAsync("打印机无法启动 " + DashboardWorld.Script);
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }));
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("No EmbedWorker is at work.");
        await visit.AssertCleanAsync();

        await using var worker = await world.StartWorkerAsync();
        var rows = visit.Page.Locator(".documents tbody tr");
        await Eventually.TrueAsync(
            async () =>
            {
                await visit.Page.ReloadAsync();
                return await rows.CountAsync() > 0;
            },
            TimeSpan.FromSeconds(60), () => worker.Log);

        // The ticket with markup in every field is the nearest: the query has its script.
        Assert.Contains("XSS" + DashboardWorld.Image, await rows.First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains(DashboardWorld.Script, await rows.First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("打印机无法启动 " + DashboardWorld.Script, await visit.Page.GetByLabel("Search by meaning").InputValueAsync());
        Assert.Contains("nearest texts by hashing", await visit.TextAsync(), StringComparison.Ordinal);
        await visit.AssertCleanAsync();

        await visit.Page.GetByLabel("Category").SelectOptionAsync("markup" + DashboardWorld.Image);
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }));
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        Assert.Contains("markup" + DashboardWorld.Image, await rows.First.InnerTextAsync(), StringComparison.Ordinal);
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task A_document_leads_to_similar_ones()
    {
        await using var visit = await world.OpenAsync("/documents/1/30");
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Find similar documents" }));
        var rows = visit.Page.Locator("section[aria-labelledby=similar] tbody tr");

        await Assertions.Expect(rows).ToHaveCountAsync(10);
        await visit.AssertCleanAsync();
        await visit.FollowAsync(rows.First.GetByRole(AriaRole.Link));
        Assert.DoesNotContain("/documents/1/30", visit.Page.Url, StringComparison.Ordinal);

        await visit.Page.GotoAsync("/documents/1/31?similar=true");
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task Refused_lines_are_counted_and_lead_to_where_they_are_listed()
    {
        await using var visit = await world.OpenAsync("/documents?state=rejected");
        Assert.Contains("No document matches.", await visit.TextAsync(), StringComparison.Ordinal);
        Assert.Contains("refused at ingest, so without a document: 1.", await visit.TextAsync(), StringComparison.Ordinal);
        Assert.Contains("./pipeline failures list --batch 1", await visit.TextAsync(), StringComparison.Ordinal);

        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "Backlog" }));

        Assert.EndsWith("/#batch-1", visit.Page.Url, StringComparison.Ordinal);
        await Assertions.Expect(visit.Page.Locator("#batch-1")).ToBeVisibleAsync();
        await visit.AssertCleanAsync();
    }

    [Theory]
    [InlineData("/documents")]
    [InlineData("/quality")]
    [InlineData("/compare")]
    public async Task A_batch_that_is_not_there_is_not_found_and_no_other_is_shown_for_it(string page)
    {
        await using var visit = await world.OpenAsync(page);
        foreach (var batch in (string[])["999", "none"])
        {
            Assert.Equal(404, (await visit.Page.GotoAsync($"{page}?batch={batch}"))!.Status);
            Assert.Contains("There is no such batch.", await visit.TextAsync(), StringComparison.Ordinal);
            Assert.Equal(0, await visit.Page.Locator("main select, main table").CountAsync());
        }

        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Show the newest" }));
        Assert.Equal("1", await visit.Page.GetByLabel("Batch").InputValueAsync());
    }

    [Fact]
    public async Task A_long_text_scrolls_in_its_own_card_by_keyboard()
    {
        await using var visit = await world.OpenAsync("/documents/1/30");
        var text = visit.Page.Locator("section[aria-labelledby=text] .prose");
        Assert.False(await text.EvaluateAsync<bool>("e => e.scrollHeight > e.clientHeight"));
        await text.EvaluateAsync("e => e.textContent = '电梯故障'.repeat(24000)");

        Assert.InRange(await text.EvaluateAsync<int>("e => e.clientHeight"), 100, 500);
        await text.FocusAsync();
        await visit.Page.Keyboard.PressAsync("End");
        await Eventually.TrueAsync(
            async () => await text.EvaluateAsync<double>("e => e.scrollTop") > 1000, TimeSpan.FromSeconds(20), () => "The text does not scroll.");
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task A_line_that_is_not_there_is_not_found()
    {
        await using var visit = await world.OpenAsync();

        var answer = await visit.Page.APIRequest.GetAsync("/documents/1/999");

        Assert.Equal(404, answer.Status);
        Assert.Contains("No such document", await answer.TextAsync(), StringComparison.Ordinal);
    }
}
