using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Npgsql;

namespace Pipeline.Browser.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed partial class QualityPageTests(DashboardWorld world)
{
    [Fact]
    public async Task Every_figure_on_the_page_is_what_the_query_below_it_gives()
    {
        await using var visit = await world.OpenAsync("/quality");
        await Assertions.Expect(visit.Page.Locator(".card:has(details.query pre)")).ToHaveCountAsync(7);

        // Means of ROUGE, times 100 with one decimal place.
        var rouge = visit.Page.Locator("[aria-labelledby='rouge-0']");
        Assert.Equal(
            await QueryAsync(rouge, row => string.Join(' ', new[] { row.GetString(1), $"{row.GetInt64(2)}" }
                .Concat(Enumerable.Range(3, 4).Select(column => (100 * row.GetDouble(column)).ToString("0.0", CultureInfo.InvariantCulture))))),
            await RowsAsync(rouge, _ => true));

        // Steps of the two distributions.
        foreach (var id in (string[])["cosine", "compression"])
        {
            var section = visit.Page.Locator($"[aria-labelledby='{id}']");
            var expected = await QueryAsync(section, row => $"{row.GetString(0)} {row.GetInt64(2)} {row.GetInt64(3)}");
            Assert.NotEmpty(expected);
            Assert.Equal(expected, await RowsAsync(section, column => column is 0 or 3 or 4));
        }

        // Points over time, with their intervals.
        var points = visit.Page.Locator("[aria-labelledby='over-time-0']");
        Assert.Equal(
            await QueryAsync(points, row => string.Create(
                CultureInfo.InvariantCulture,
                $"{row.GetFieldValue<DateOnly>(0):yyyy-MM-dd} {row.GetString(3)} {row.GetInt64(5)} {100 * row.GetDouble(6):0.0} {100 * Math.Max(0, row.GetDouble(6) - row.GetDouble(7)):0.0} … {100 * Math.Min(1, row.GetDouble(6) + row.GetDouble(7)):0.0}")),
            await RowsAsync(points, column => column != 1));

        var failures = visit.Page.Locator("[aria-labelledby='failure-classes']");
        var rates = await QueryAsync(failures, row => string.Create(
            CultureInfo.InvariantCulture,
            $"{row.GetString(0)} {row.GetInt64(2)} {row.GetInt64(3)} {100 * row.GetDouble(4):0.0} {100 * row.GetDouble(5):0.0} … {100 * row.GetDouble(6):0.0}"));
        Assert.Equal(8, rates.Count);
        Assert.Equal(rates, await RowsAsync(failures, column => column is not (1 or 6)));

        var failureDays = visit.Page.Locator("[aria-labelledby='failure-days']");
        Assert.Equal(
            await QueryAsync(failureDays, row => $"{row.GetFieldValue<DateOnly>(0):yyyy-MM-dd} {row.GetString(1)} {row.GetString(2)} {row.GetInt64(3)} {row.GetInt64(4)}"),
            await RowsAsync(failureDays, _ => true));

        var alarms = visit.Page.Locator("[aria-labelledby='alarms']");
        Assert.Equal(
            await QueryAsync(alarms, row => $"{row.GetFieldValue<DateOnly>(0):yyyy-MM-dd} {row.GetString(1)} {row.GetInt64(3)} {row.GetInt64(6)} {row.GetInt64(7)}"),
            await RowsAsync(alarms, column => column is 0 or 1 or 3 or 6 or 7));
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task The_charts_have_a_bar_for_every_recipe_and_measure()
    {
        await using var visit = await world.OpenAsync("/quality");

        await Assertions.Expect(visit.Page.Locator("[aria-labelledby='rouge-0'] svg path.mud-chart-bar")).ToHaveCountAsync(8);
        Assert.Equal(
            ["extractive", "lead"],
            (await visit.Page.Locator("[aria-labelledby='rouge-0'] .mud-chart-legend-item").AllInnerTextsAsync()).Select(Clean));
        await visit.AssertCleanAsync();
    }

    // The query as the page shows it, run by the read-only role's rules: nothing but the views is needed.
    private async Task<IReadOnlyList<string>> QueryAsync(ILocator section, Func<NpgsqlDataReader, string> describe)
    {
        await using var command = world.Database.DataSource.CreateCommand(await section.Locator("details.query pre").TextContentAsync() ?? "");
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(describe(reader));
        }

        return rows;
    }

    private static async Task<IReadOnlyList<string>> RowsAsync(ILocator section, Func<int, bool> wanted)
    {
        var rows = await section.Locator("tbody tr").AllAsync();
        return await Task.WhenAll(rows.Select(async row =>
            string.Join(' ', (await row.Locator("th, td").AllTextContentsAsync()).Where((_, column) => wanted(column)).Select(Clean))));
    }

    private static string Clean(string value) => Spaces().Replace(value, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
