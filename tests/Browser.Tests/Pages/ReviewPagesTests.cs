using Microsoft.Playwright;
using Pipeline.Testing;

namespace Pipeline.Browser.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed class ReviewPagesTests(DashboardWorld world)
{
    [Fact]
    public async Task A_reviewer_rates_document_after_document_by_keyboard_and_can_go_back()
    {
        var review = await world.CreateReviewAsync("rated");
        await using var visit = await world.OpenAsync("/reviews");
        await visit.Page.GetByLabel("Your name").FillAsync("ann");
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Rate rated" }));
        Assert.Contains("Document 1 of 61", await visit.TextAsync(), StringComparison.Ordinal);

        // Without all ratings the browser refuses to send the form.
        var save = visit.Page.GetByRole(AriaRole.Button, new() { Name = "Save and go on" });
        await save.ClickAsync();
        Assert.Equal(0, await RatingsAsync(review.Id));

        // An arrow chooses the first mark of a question, further ones the next; tab leads to the question after it.
        await visit.Page.GetByRole(AriaRole.Group, new() { Name = "Summary A: Consistency" }).GetByLabel("1").FocusAsync();
        for (var question = 0; question < 6; question++)
        {
            await visit.Page.Keyboard.PressAsync("Space");
            for (var step = 0; step < question % 3; step++)
            {
                await visit.Page.Keyboard.PressAsync("ArrowRight");
            }

            await visit.Page.Keyboard.PressAsync("Tab");
        }

        await visit.FollowAsync(save);

        Assert.Contains("Document 2 of 61", await visit.TextAsync(), StringComparison.Ordinal);
        Assert.Contains("ann: 1 of 61 documents rated", await visit.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(["A 1 2 3", "B 1 2 3"], await world.Database.DataSource.ColumnAsync<string>(
            "select concat_ws(' ', label, consistency, density, readability) from pipeline.ratings where review_id = $1 order by label", review.Id));

        // Back: what was chosen is chosen, and can be changed.
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Previous document" }));
        var readability = visit.Page.GetByRole(AriaRole.Group, new() { Name = "Summary B: Readability" });
        await Assertions.Expect(readability.GetByLabel("3")).ToBeCheckedAsync();
        await readability.GetByLabel("5").CheckAsync();
        await visit.FollowAsync(save);
        Assert.Equal(2, await RatingsAsync(review.Id));
        Assert.Equal(5, await world.Database.ScalarAsync<short>("select readability from pipeline.ratings where review_id = $1 and label = 'B'", review.Id));
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task The_page_shows_text_and_summaries_as_text_and_nothing_that_tells_the_recipe()
    {
        await using var visit = await world.OpenAsync("/");
        var document = await world.Database.ScalarAsync<int>(
            "select document from pipeline.review_documents where review_id = $1 and external_id like 'XSS%'", world.OpenReview);
        var answer = await visit.Page.GotoAsync($"/reviews/{world.OpenReview}?reviewer=%3Cb%3Eann&document={document}");

        var text = await visit.TextAsync();
        Assert.Contains(DashboardWorld.Script, text, StringComparison.Ordinal);
        Assert.Contains("<b>ann", text, StringComparison.Ordinal);
        foreach (var summary in await world.Database.DataSource.ColumnAsync<string>(
            "select body from pipeline.review_summaries where review_id = $1 and document = $2", world.OpenReview, document))
        {
            Assert.Contains(summary, text, StringComparison.Ordinal);
        }

        var html = await answer!.TextAsync();
        foreach (var name in await world.Database.DataSource.ColumnAsync<string>("select name from pipeline.recipes where stage = 'summarize'"))
        {
            Assert.DoesNotContain(name, html, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("recipe", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("seed", html, StringComparison.OrdinalIgnoreCase);

        // Nor does the report, as long as ratings are taken.
        await visit.Page.GotoAsync($"/reviews/{world.OpenReview}/report");
        Assert.Contains("The review is open", await visit.TextAsync(), StringComparison.Ordinal);
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task A_closed_review_shows_means_differences_and_agreement_and_takes_no_ratings()
    {
        await using var visit = await world.OpenAsync("/reviews");
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Report of closed" }));

        var text = await visit.TextAsync();
        Assert.Contains("61 documents", text, StringComparison.Ordinal);
        foreach (var mean in await world.Database.DataSource.ColumnAsync<double>("select mean from pipeline.review_means where review_id = $1", world.ClosedReview))
        {
            Assert.Contains(FormattableString.Invariant($"{mean:0.00}"), text, StringComparison.Ordinal);
        }

        // Always one apart: less than chance on consistency. Always the same: full agreement on density, and nothing to tell on readability.
        var alpha = await world.Database.DataSource.ColumnAsync<double>(
            "select coalesce(alpha, -9) from pipeline.review_agreement where review_id = $1 order by criterion", world.ClosedReview);
        Assert.True(alpha[0] < 0, $"{alpha[0]}");
        Assert.Equal([1, -9], alpha.Skip(1));
        Assert.Contains(FormattableString.Invariant($"α {alpha[0]:0.00}"), text, StringComparison.Ordinal);
        Assert.Contains("α 1.00", text, StringComparison.Ordinal);

        await visit.Page.GotoAsync($"/reviews/{world.ClosedReview}?reviewer=late");
        Assert.Contains("It takes no more ratings.", await visit.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await visit.Page.Locator("main input").CountAsync());
        await visit.AssertCleanAsync();
    }

    [Fact]
    public async Task A_forged_form_is_refused_and_one_that_lacks_ratings_saves_nothing()
    {
        var review = await world.CreateReviewAsync("forged");
        await using var visit = await world.OpenAsync($"/reviews/{review.Id}?reviewer=eve");

        var forged = await visit.Page.EvaluateAsync<int>(
            "async path => (await fetch(path, { method: 'POST', body: new URLSearchParams({ reviewer: 'eve', document: 1 }) })).status", $"/reviews/{review.Id}/ratings");
        Assert.Equal(400, forged);

        await visit.Page.EvaluateAsync("() => document.querySelectorAll('main [required]').forEach(input => input.required = false)");
        await visit.FollowAsync(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Save and go on" }));
        Assert.Contains("every summary needs all three ratings", await visit.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await RatingsAsync(review.Id));
    }

    private Task<long> RatingsAsync(long review) => world.Database.ScalarAsync<long>("select count(*) from pipeline.ratings where review_id = $1", review);
}
