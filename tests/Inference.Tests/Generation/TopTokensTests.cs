using Pipeline.Inference.Generation;

namespace Pipeline.Inference.Tests.Generation;

public sealed class TopTokensTests
{
    [Fact]
    public void The_best_of_equals_is_the_lowest_id()
    {
        Assert.Equal(1, TopTokens.Best([1, 5, 5, 2]));
        Assert.Equal([1, 2, 3], TopTokens.Best([1, 5, 5, 2], 3).Select(t => t.Id));
        Assert.Equal([1, 2], TopTokens.Best([1, 5, 5, 5], 2).Select(t => t.Id));
    }

    [Fact]
    public void Negative_infinity_is_no_candidate() =>
        Assert.Equal([new ScoredToken(1, -3)], TopTokens.Best([float.NegativeInfinity, -3, float.NegativeInfinity], 2));

    [Fact]
    public void The_best_are_those_of_a_full_sort()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            // Few distinct values, so that there are many equals.
            var scores = Enumerable.Range(0, random.Next(1, 40)).Select(_ => (float)random.Next(-5, 5)).ToArray();
            var count = random.Next(1, 12);
            var sorted = scores.Select((score, id) => new ScoredToken(id, score)).OrderByDescending(t => t.Score).Take(count);
            Assert.Equal(sorted, TopTokens.Best(scores, count));
        }
    }
}
