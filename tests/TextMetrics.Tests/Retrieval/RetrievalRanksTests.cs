using Pipeline.TextMetrics.Retrieval;

namespace Pipeline.TextMetrics.Tests.Retrieval;

public sealed class RetrievalRanksTests
{
    [Fact]
    public void Relevant_texts_are_ranked_among_all_others()
    {
        var ranks = RetrievalRanks.Of([0.9f, 0.2f, 0.5f, 0.7f, 0.1f], [1, 3]);

        Assert.Equal([2, 4], ranks.Ranks);
        Assert.Equal(0.5, ranks.ReciprocalRank);
        Assert.Equal((0.0, 0.5, 0.5, 1.0), (ranks.Recall(1), ranks.Recall(2), ranks.Recall(3), ranks.Recall(4)));
    }

    [Fact]
    public void Several_relevant_texts_at_the_top_have_the_first_places()
    {
        var ranks = RetrievalRanks.Of([0.9f, 0.9f, 0.5f], [0, 1]);

        Assert.Equal([1, 2], ranks.Ranks);
        Assert.Equal((0.5, 1.0), (ranks.Recall(1), ranks.Recall(2)));
    }

    [Fact]
    public void A_tie_counts_against_the_relevant_text()
    {
        // An embedder that finds everything equally similar finds nothing.
        var ranks = RetrievalRanks.Of([1, 1, 1, 1], [0]);

        Assert.Equal([4], ranks.Ranks);
        Assert.Equal(0.25, ranks.ReciprocalRank);
    }
}
