using Pipeline.Storage.Intake;
using Pipeline.Storage.Reviews;
using Pipeline.Testing;

namespace Pipeline.Storage.Tests.Reviews;

public sealed class ReviewStoreTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private const int Documents = 40;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ReviewStore Store => new(database.DataSource);

    private ReviewRatings Ratings => new(database.DataSource);

    [Fact]
    public async Task A_seed_decides_which_documents_are_drawn_and_how_their_summaries_are_shuffled()
    {
        var (batch, recipes) = await SummarizedAsync();

        var first = await ContentAsync(await Store.CreateAsync(new ReviewDraft("first", batch, recipes, 20, Seed: 1), Token));
        var again = await ContentAsync(await Store.CreateAsync(new ReviewDraft("again", batch, recipes, 20, Seed: 1), Token));
        var other = await ContentAsync(await Store.CreateAsync(new ReviewDraft("other", batch, recipes, 20, Seed: 2), Token));

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Equal(20, first.Select(document => document.Text).Distinct().Count());
        Assert.All(first, document => Assert.Equal("AB", document.Labels));

        // Neither recipe is always first: 20 tosses of a coin.
        var firstIsFirst = first.Count(document => document.FirstRecipe == recipes[0]);
        Assert.InRange(firstIsFirst, 4, 16);
    }

    [Fact]
    public async Task A_text_that_comes_twice_is_drawn_once_and_only_documents_with_all_summaries_are()
    {
        var (batch, recipes) = await SummarizedAsync();
        await database.DataSource.ExecuteAsync(
            "delete from pipeline.summaries where recipe_id = $1 and text_id in (select text_id from pipeline.batch_lines where batch_id = $2 and line <= 5)", recipes[0], batch);

        var refused = await Assert.ThrowsAsync<PipelineStorageException>(() => Store.CreateAsync(new ReviewDraft("many", batch, recipes, Documents, 1), Token));

        // The last line repeats the first text, which has lost a summary.
        Assert.Contains($"Only {Documents - 5} documents", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Documents - 5, (await Store.CreateAsync(new ReviewDraft("many", batch, recipes, Documents - 5, 1), Token)).Documents);
        var taken = await Assert.ThrowsAsync<PipelineStorageException>(() => Store.CreateAsync(new ReviewDraft("many", batch, recipes, 1, 1), Token));
        Assert.Contains("There is a review 'many'", taken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ratings_are_stored_completely_or_not_at_all_and_replaced_when_they_come_again()
    {
        var (batch, recipes) = await SummarizedAsync();
        var review = (await Store.CreateAsync(new ReviewDraft("ratings", batch, recipes, 3, 1), Token)).Id;

        var partly = await Assert.ThrowsAsync<PipelineStorageException>(() => Ratings.SaveAsync(review, "ann", [.. Of(1, 4), new SummaryRating(2, "A", 1, 1, 1)], false, Token));
        Assert.Contains("Document 2 is rated in part", partly.Message, StringComparison.Ordinal);
        Assert.Equal(1, await Ratings.NextAsync(review, "ann", Token));

        Assert.Equal(0, await Ratings.SaveAsync(review, "ann", [.. Of(1, 4), .. Of(2, 4)], false, Token));
        Assert.Equal(1, await Ratings.SaveAsync(review, "ann", [.. Of(1, 5)], false, Token));
        Assert.Equal(0, await Ratings.SaveAsync(review, "bo", [.. Of(1, 2)], false, Token));
        Assert.Equal(3, await Ratings.NextAsync(review, "ann", Token));
        Assert.Equal([.. Of(1, 5)], await Ratings.OfAsync(review, "ann", 1, Token));

        Assert.Equal(2, await Ratings.SaveAsync(review, "ann", [.. Of(3, 3)], replaceAll: true, Token));
        Assert.Equal([new("ann", 1), new("bo", 1)], (await Store.FindAsync(review, tenant: null, Token))!.Reviewers);
        Assert.Equal(["bo", "ann"], (await Ratings.AllAsync(review, Token)).Select(rated => rated.Reviewer).Distinct());

        await Store.CloseAsync(review, Token);
        var closed = await Assert.ThrowsAsync<PipelineStorageException>(() => Ratings.SaveAsync(review, "ann", [.. Of(1, 1)], false, Token));
        Assert.Contains("closed", closed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_review_outlives_its_batch_and_goes_with_all_it_has()
    {
        var (batch, recipes) = await SummarizedAsync();
        var review = await Store.CreateAsync(new ReviewDraft("outlives", batch, recipes, 5, 1), Token);
        await Ratings.SaveAsync(review.Id, "ann", [.. Of(1, 4)], false, Token);
        await database.DataSource.ExecuteAsync("delete from pipeline.batch_items where batch_id = $1", batch);
        await database.DataSource.ExecuteAsync("delete from pipeline.batch_recipes where batch_id = $1", batch);
        await database.DataSource.ExecuteAsync("delete from pipeline.batches where id = $1", batch);

        var kept = await Store.FindAsync("outlives", Token);
        Assert.Equal((5, review.Batch), (kept.Documents, kept.Batch));
        Assert.Equal(2, (await Ratings.AllAsync(review.Id, Token)).Count);

        await Store.RemoveAsync(review.Id, Token);
        Assert.Equal(0, await database.ScalarAsync<long>(
            "select (select count(*) from pipeline.review_documents where review_id = $1) + (select count(*) from pipeline.ratings where review_id = $1)", review.Id));
        await Assert.ThrowsAsync<PipelineStorageException>(() => Store.FindAsync("outlives", Token));
    }

    [Theory]
    [InlineData(" Ann 李 ", "Ann 李")]
    [InlineData("", null)]
    [InlineData("   ", null)]
    [InlineData("a\nb", null)]
    [InlineData("a\ud800", null)]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901", null)]
    public void A_reviewer_has_a_name_that_can_be_stored_and_shown(string name, string? clean) => Assert.Equal(clean, Reviewer.Clean(name));

    private static IEnumerable<SummaryRating> Of(int document, int mark) =>
        ((string[])["A", "B"]).Select(label => new SummaryRating(document, label, mark, mark, mark));

    /// <summary>A batch whose last line repeats its first text, summarised by two recipes.</summary>
    private async Task<(long Batch, int[] Recipes)> SummarizedAsync()
    {
        var world = await LedgerWorld.CreateAsync(database.DataSource);
        int[] recipes = [world.SummarizerId, await world.RecipeAsync("summarize")];
        var documents = world.Documents(Documents);
        IntakeDocument[] repeated = [.. documents, documents[0] with { Line = Documents + 1, ExternalId = "again" }];
        var batch = await world.LoadAsync(repeated, world.Submission() with { RecipeIds = recipes });
        await database.DataSource.ExecuteAsync("""
            insert into pipeline.texts (sha256, body, chars)
            select sha256(convert_to(made, 'UTF8')), made, char_length(made)
            from (select distinct l.recipe_id || ': ' || t.body as made from pipeline.batch_lines l join pipeline.texts t on t.id = l.text_id where l.batch_id = $1) m
            """, batch.Id);
        await database.DataSource.ExecuteAsync("""
            insert into pipeline.summaries (recipe_id, text_id, summary_text_id, finish_reason, truncated)
            select distinct l.recipe_id, l.text_id, s.id, 'extracted', false
            from pipeline.batch_lines l join pipeline.texts t on t.id = l.text_id join pipeline.texts s on s.body = l.recipe_id || ': ' || t.body
            where l.batch_id = $1
            """, batch.Id);
        return (batch.Id, recipes);
    }

    private async Task<List<Shown>> ContentAsync(ReviewRow review)
    {
        var shown = new List<Shown>();
        await foreach (var document in Ratings.DocumentsAsync(review.Id, Token))
        {
            shown.Add(new Shown(
                document.Text, string.Concat(document.Summaries.Select(summary => summary.Label)),
                int.Parse(document.Summaries[0].Text.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture)));
        }

        return shown;
    }

    private sealed record Shown(string Text, string Labels, int FirstRecipe);
}
