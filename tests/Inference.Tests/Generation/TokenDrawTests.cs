using Pipeline.Inference.Generation;

namespace Pipeline.Inference.Tests.Generation;

public sealed class TokenDrawTests
{
    private static readonly float[] _scores = [.. new[] { 0.1, 0.4, 0.2, 0.3 }.Select(p => (float)Math.Log(p))];

    [Fact]
    public void The_interval_is_divided_by_the_probabilities_in_the_order_of_ids()
    {
        Assert.Equal([0.1, 0.4, 0.2, 0.3], Shares(1, null, null), Near);
    }

    [Fact]
    public void Temperature_sharpens_and_flattens()
    {
        Assert.Equal(Normalized(0.01, 0.16, 0.04, 0.09), Shares(0.5, null, null), Near);
        Assert.Equal([0, 1, 0, 0], Shares(0.001, null, null), Near);
        Assert.Equal([0, 1, 0, 0], Shares(double.Epsilon, null, null), Near);
        Assert.Equal([0.25, 0.25, 0.25, 0.25], Shares(1e9, null, null), Near);
    }

    [Fact]
    public void Top_k_keeps_the_best_and_all_that_equal_the_last_of_them()
    {
        Assert.Equal(Normalized(0, 0.4, 0, 0.3), Shares(1, 2, null), Near);
        Assert.Equal(Normalized(0.2, 0.4, 0.2, 0), Shares(1, 2, null, [0.2f, 0.4f, 0.2f, 0.1f]), Near);
        Assert.Equal(Normalized(0.1, 0.4, 0.2, 0.3), Shares(1, 99, null), Near);
    }

    [Fact]
    public void Top_p_keeps_the_fewest_ids_that_reach_the_sum()
    {
        Assert.Equal([0, 1, 0, 0], Shares(1, null, 0.39), Near);
        Assert.Equal(Normalized(0, 0.4, 0, 0.3), Shares(1, null, 0.41), Near);
        Assert.Equal(Normalized(0, 0.4, 0, 0.3), Shares(1, null, 0.69), Near);
        Assert.Equal(Normalized(0, 0.4, 0.2, 0.3), Shares(1, null, 0.71), Near);
        Assert.Equal([0.1, 0.4, 0.2, 0.3], Shares(1, null, 1), Near);
        Assert.Equal([0, 1, 0, 0], Shares(1, null, 1e-12), Near);
    }

    [Fact]
    public void Top_p_counts_what_top_k_has_left()
    {
        // Of 0.4 and 0.3 the first has 0.57.
        Assert.Equal([0, 1, 0, 0], Shares(1, 2, 0.55), Near);
        Assert.Equal(Normalized(0, 0.4, 0, 0.3), Shares(1, 2, 0.6), Near);
    }

    [Fact]
    public void Top_p_is_that_of_a_full_sort()
    {
        var random = new Random(11);
        for (var round = 0; round < 100; round++)
        {
            var scores = Enumerable.Range(0, 300).Select(_ => (float)(random.NextDouble() * 12)).ToArray();
            var mass = random.NextDouble();
            var total = scores.Sum(s => Math.Exp(s));
            var sum = 0d;
            var expected = scores.Select((s, id) => (Weight: Math.Exp(s), Id: id)).OrderByDescending(t => t.Weight)
                .TakeWhile(t => (sum += t.Weight) - t.Weight < mass * total).Select(t => t.Id).Order().ToList();
            Assert.Equal(expected[0], TokenDraw.Next(scores, 1, null, mass, 0));
            Assert.Equal(expected[^1], TokenDraw.Next(scores, 1, null, mass, Math.BitDecrement(1)));
        }
    }

    [Fact]
    public void What_is_banned_is_never_drawn()
    {
        float[] scores = [float.NegativeInfinity, 1, 2, float.NegativeInfinity];
        foreach (var uniform in new[] { 0, 0.3, 0.9, Math.BitDecrement(1) })
        {
            Assert.InRange(TokenDraw.Next(scores, 1, null, null, uniform), 1, 2);
            Assert.InRange(TokenDraw.Next(scores, 1, 4, 1, uniform), 1, 2);
        }
    }

    private static double[] Normalized(params double[] weights) => [.. weights.Select(w => w / weights.Sum())];

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-3;

    private static double[] Shares(double temperature, int? topK, double? topP, float[]? probabilities = null)
    {
        const int Draws = 10_000;
        var scores = probabilities?.Select(p => MathF.Log(p)).ToArray() ?? _scores;
        var shares = new double[scores.Length];
        for (var i = 0; i < Draws; i++)
        {
            shares[TokenDraw.Next(scores, temperature, topK, topP, (i + 0.5) / Draws)] += 1d / Draws;
        }

        return shares;
    }
}
