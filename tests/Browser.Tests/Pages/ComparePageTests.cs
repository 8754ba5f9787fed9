using System.Globalization;
using Microsoft.Playwright;
using Pipeline.Scoring.Comparison;
using Pipeline.Testing;

namespace Pipeline.Browser.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed class ComparePageTests(DashboardWorld world)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_recipes_are_compared_as_the_command_compares_them()
    {
        var compared = await new BatchComparison(world.Database.DataSource).RunAsync(new(1, "", "lead", "extractive") { Differences = 15 }, Token);
        await using var visit = await world.OpenAsync("/compare");
        await visit.Page.GetByLabel("First: compared with").SelectOptionAsync("lead");
        await visit.Page.GetByLabel("Second: compared").SelectOptionAsync("extractive");
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Compare" }));

        var rows = visit.Page.Locator("[aria-labelledby=paired] tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(3);
        Assert.Equal(
            compared.Rows.Select(row => string.Join(' ',
                row.Slice, row.Metric, row.Result.Count, Rouge(row.Result.MeanA), Rouge(row.Result.MeanB), Signed(row.Result.Delta.Mean),
                $"{Signed(row.Result.Delta.Low)} … {Signed(row.Result.Delta.High)}", P(row.Result.P), P(row.HolmP), row.Result.Wins, row.Result.Losses,
                row.Result.Ties)),
            await Task.WhenAll((await rows.AllAsync()).Select(async row =>
                string.Join(' ', (await row.Locator("th, td").AllInnerTextsAsync()).Take(12)))));

        // Documents, the largest differences first, with both summaries and a link.
        var lower = visit.Page.Locator("[aria-labelledby=lower] tbody tr");
        await Assertions.Expect(lower).ToHaveCountAsync(compared.Lower.Count);
        var first = compared.Lower[0];
        Assert.True(compared.Lower.Zip(compared.Lower.Skip(1)).All(pair => pair.First.Change <= pair.Second.Change));
        Assert.Equal(Signed(first.Change), await lower.First.Locator("td").First.InnerTextAsync());
        foreach (var summary in await world.Database.DataSource.ColumnAsync<string>("select summary from pipeline.results where line = $1", first.Line))
        {
            await Assertions.Expect(lower.First).ToContainTextAsync(summary);
        }

        await visit.FollowAsync(lower.First.GetByRole(AriaRole.Link));
        Assert.Equal($"/documents/1/{first.Line}", new Uri(visit.Page.Url).AbsolutePath);
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task Signatures_are_not_mixed_but_offered()
    {
        await world.Database.DataSource.ExecuteAsync("""
            with other as (insert into pipeline.signatures (value) values ('other') returning id)
            insert into pipeline.rouge_scores
            select other.id, g.summary_text_id, g.reference_text_id, 0, 0, 0.5, 0, 0, 0.5, 0, 0, 0.5, 0, 0, 0.5, 1, 1, 1, 1, 1, 1, g.scored_at
            from other, pipeline.rouge_scores g
            """);
        try
        {
            await using var visit = await world.OpenAsync("/compare?batch=1&a=extractive&b=lead&slice=short");
            await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("several ROUGE signatures, which can't be compared");

            await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Link, new() { Name = "other" }));

            await Assertions.Expect(visit.Page.Locator("[aria-labelledby=paired]")).ToContainTextAsync("perhaps equal");
            await visit.AssertCleanAsync();
        }
        finally
        {
            await world.Database.DataSource.ExecuteAsync("delete from pipeline.rouge_scores where signature_id = (select id from pipeline.signatures where value = 'other')");
            await world.Database.DataSource.ExecuteAsync("delete from pipeline.signatures where value = 'other'");
        }
    }

    [Fact]
    public async Task What_a_link_brings_is_text()
    {
        await using var visit = await world.OpenAsync("/compare?batch=1&slice=" + Uri.EscapeDataString(DashboardWorld.Image));
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync($"Unknown slice '{DashboardWorld.Image}'");
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task On_a_laptop_the_summaries_have_the_room()
    {
        await using var visit = await world.OpenAsync();
        await visit.Page.SetViewportSizeAsync(1280, 800);
        await visit.Page.GotoAsync("/compare?batch=1&a=lead&b=extractive");
        var heads = visit.Page.Locator("[aria-labelledby=lower] thead th");
        await Assertions.Expect(heads).ToHaveCountAsync(4);
        var widths = await heads.EvaluateAllAsync<int[]>("cells => cells.map(cell => cell.clientWidth)");

        Assert.True(widths[2] + widths[3] > 0.7 * widths.Sum(), string.Join(' ', widths));
    }

    private static string Rouge(double value) => (100 * value).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Signed(double value) => (100 * value).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    private static string P(double p) => p < 0.0001 ? "<0.0001" : p.ToString("F4", CultureInfo.InvariantCulture);
}
