using Pipeline.Scoring.Reviews;
using Pipeline.Storage.Reviews;

namespace Pipeline.Scoring.Tests.Reviews;

public sealed class ReviewReportTests
{
    [Fact]
    public void A_document_counts_once_however_many_reviewers_it_has()
    {
        // Document 1 has two reviewers, document 2 one.
        var report = ReviewReport.Of(
        [
            Rated("b", "ann", 1, "A", 5), Rated("a", "ann", 1, "B", 1), Rated("b", "bo", 1, "A", 4), Rated("a", "bo", 1, "B", 2),
            Rated("a", "ann", 2, "A", 3), Rated("b", "ann", 2, "B", 3),
        ]);

        Assert.Equal((2, 9), (report.Documents, report.Means.Count + report.Differences.Count));
        Assert.Equal(["ann", "bo"], report.Reviewers);
        var mean = report.Means.Single(row => row is { Recipe: "a", Criterion: "density" });
        Assert.Equal((2, 2.25), (mean.Documents, mean.Mean.Mean));
        var difference = report.Differences.Single(row => row.Criterion == "density");
        Assert.Equal(("a", "b", 1.5), (difference.A, difference.B, difference.Result.Delta.Mean));
        Assert.Equal((1, 0, 1), (difference.Result.Wins, difference.Result.Losses, difference.Result.Ties));
        Assert.All(report.Agreement, row => Assert.Equal(2, row.Summaries));
    }

    [Fact]
    public void A_clear_difference_is_significant_and_without_one_the_report_says_how_many_documents_half_a_step_needs()
    {
        var clear = ReviewReport.Of([.. Enumerable.Range(1, 12).SelectMany(i => Pair(i, 2 + i % 2, 4 + i % 2))]);
        var unclear = ReviewReport.Of([.. Enumerable.Range(1, 12).SelectMany(i => Pair(i, 1 + i % 5, 5 - i % 5))]);

        Assert.All(clear.Differences, row => Assert.True(row.IsSignificant));
        Assert.All(clear.Differences, row => Assert.Equal(6, row.Needed));
        Assert.All(unclear.Differences, row => Assert.False(row.IsSignificant));
        Assert.All(unclear.Differences, row => Assert.True(row.Needed > 12));

        // Three tests are read together.
        Assert.Equal(3 * clear.Differences.Max(row => row.Result.P), clear.Differences.Max(row => row.HolmP), 9);
    }

    [Fact]
    public void Agreement_needs_two_reviewers_and_ratings_that_are_not_all_equal()
    {
        var alone = ReviewReport.Of([.. Pair(1, 2, 4)]);
        var equal = ReviewReport.Of([.. Pair(1, 3, 3), .. Pair(1, 3, 3, "bo")]);
        var full = ReviewReport.Of([.. Pair(1, 2, 4), .. Pair(1, 2, 4, "bo")]);

        Assert.All(alone.Agreement, row => Assert.Equal((0, null), (row.Summaries, row.Alpha)));
        Assert.All(equal.Agreement, row => Assert.Equal((2, null), (row.Summaries, row.Alpha)));
        Assert.All(full.Agreement, row => Assert.Equal((2, 1.0), (row.Summaries, row.Alpha)));
    }

    private static IEnumerable<RatedSummary> Pair(int document, int a, int b, string reviewer = "ann") =>
        [Rated("a", reviewer, document, "A", a), Rated("b", reviewer, document, "B", b)];

    private static RatedSummary Rated(string recipe, string reviewer, int document, string label, int mark) =>
        new(recipe, reviewer, new SummaryRating(document, label, mark, mark, mark));
}
