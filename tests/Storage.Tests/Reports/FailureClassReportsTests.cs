using System.Security.Cryptography;
using System.Text;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Rows;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Reports;

public sealed class FailureClassReportsTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(30, 7, true)]
    [InlineData(30, 6, false)]
    [InlineData(29, 29, false)]
    [InlineData(1000, 100, false)]
    [InlineData(1000, 121, true)]
    [InlineData(1000, 0, false)]
    [InlineData(1000, 1000, true)]
    public async Task A_class_is_frequent_when_there_are_enough_summaries_and_the_whole_interval_is_above_the_limit(int summaries, int failed, bool isFrequent)
    {
        var recipe = await RecipeAsync("{}");
        await MeasureAsync(recipe, summaries, failed, "multi-event");

        var row = (await new FailureClassReports(database.DataSource).ListAsync(batchId: null, recipe.Name, Token)).Single(row => row.FailureClass == "multi-event");

        var (low, high) = Wilson(failed, summaries);
        Assert.Equal((summaries, failed, isFrequent), (row.Summaries, row.Failed, row.IsFrequent));
        Assert.Equal(isFrequent, summaries >= row.SummariesNeeded && low > row.RateLimit);
        Assert.Equal((low, high), (row.RateLow, row.RateHigh), (expected, actual) =>
            Math.Abs(expected.Item1 - actual.Item1) < 1e-5 && Math.Abs(expected.Item2 - actual.Item2) < 1e-5);
    }

    [Theory]
    [InlineData("""{"max_chars": "80"}""", "other-engine other-engine other-engine other-engine")]
    [InlineData("""{"events": "prompt", "cause": "off", "numbers": "off"}""", "available available available available")]
    [InlineData("""{"events": "split", "cause": "prompt", "numbers": "repair", "glossary": "[{\"term\":\"OA\"}]"}""", "in-force in-force in-force in-force")]
    [InlineData("""{"events": "prompt", "cause": "prompt", "numbers": "repair", "glossary": "[]"}""", "available in-force available in-force")]
    public async Task A_cure_is_told_apart_from_one_that_is_in_force_and_from_one_that_the_engine_does_not_know(string parameters, string states)
    {
        var recipe = await RecipeAsync(parameters);
        await MeasureAsync(recipe, summaries: 1, failed: 1, "number-unit");

        var rows = await new FailureClassReports(database.DataSource).ListAsync(batchId: null, recipe.Name, Token);

        Assert.Equal(
            states, string.Join(' ', ((string[])["multi-event", "implicit-cause", "abbreviation", "number-unit"])
                .Select(failure => rows.Single(row => row.FailureClass == failure).CureState)));
        Assert.Equal(("number-unit", "numbers: repair"), (rows[0].FailureClass, rows[0].Cure));
    }

    [Fact]
    public async Task A_batch_counts_its_own_lines_and_the_days_count_each_summary_once()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        var documents = world.Documents(3);
        var batch = await world.LoadAsync(documents, world.Submission("one"));
        var other = await world.LoadAsync(documents[..2], world.Submission("two"));
        await world.FinishAsync();
        var reports = new FailureClassReports(world.DataSource);

        var recipe = await world.DataSource.ScalarAsync<string>("select name from pipeline.recipes where id = $1", world.SummarizerId);
        Assert.Equal([3L, 3, 3, 3], (await reports.ListAsync(batch.Id, null, Token)).Select(row => row.Summaries));
        Assert.Equal(2, (await reports.ListAsync(other.Id, recipe, Token)).Single(row => row.FailureClass == "number-unit").Failed);
        Assert.Empty(await reports.ListAsync(other.Id, "nobody", Token));
        Assert.Equal(
            ["abbreviation 3 0 0", "implicit-cause 3 0 0", "multi-event 3 3 0", "number-unit 3 3 3"],
            await world.DataSource.ColumnAsync<string>(
                "select concat_ws(' ', failure_class, summaries, at_risk, failed) from pipeline.failure_classes_daily where recipe_id = $1 order by 1", world.SummarizerId));
    }

    private static (double Low, double High) Wilson(double hits, double total)
    {
        const double Z = 1.959963984540054;
        var (middle, spread) = (hits + (Z * Z / 2), Z * Math.Sqrt((hits * (total - hits) / total) + (Z * Z / 4)));
        return ((middle - spread) / (total + (Z * Z)), (middle + spread) / (total + (Z * Z)));
    }

    private async Task<RecipeRow> RecipeAsync(string parameters)
    {
        var name = Guid.NewGuid().ToString("N");
        return await new RecipeRegistry(database.DataSource).EnsureAsync(
            new RecipeRow
            {
                Name = name,
                Stage = "summarize",
                Engine = "fake",
                Definition = $$"""{"name": "{{name}}", "parameters": {{parameters}}}""",
                Sha256 = SHA256.HashData(Encoding.UTF8.GetBytes(name)),
                SecondsPerText = 1,
            },
            Token);
    }

    private async Task MeasureAsync(RecipeRow recipe, int summaries, int failed, string failure)
    {
        await database.DataSource.ExecuteAsync("insert into pipeline.signatures (value) values ('statistics') on conflict do nothing");
        await database.DataSource.ExecuteAsync("""
            insert into pipeline.text_statistics
                (recipe_id, text_id, signature_id, coverage, density, compression_newsroom, facts, unsupported, at_risk, failures)
            select $1, i, (select id from pipeline.signatures where value = 'statistics'), 0, 0, 0, 0, '[]', array[$4],
                   case when i <= $3 then array[$4] else '{}' end
            from generate_series(1, $2) i
            """, recipe.Id, summaries, failed, failure);
    }
}
