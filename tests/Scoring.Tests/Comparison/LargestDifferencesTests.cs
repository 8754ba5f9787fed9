using Pipeline.Scoring.Comparison;

namespace Pipeline.Scoring.Tests.Comparison;

public sealed class LargestDifferencesTests
{
    [Fact]
    public void The_largest_of_each_sign_are_kept_in_order_and_of_equal_ones_the_earlier_lines()
    {
        var differences = new LargestDifferences(2);
        double[] changes = [0.1, -0.5, 0.3, 0, -0.2, 0.3, -0.9, 0.3];
        for (var i = 0; i < changes.Length; i++)
        {
            differences.Add(new LineDifference(i + 1, $"T-{i + 1}", 0, changes[i]));
        }

        Assert.Equal([7, 2], differences.Lower.Select(line => line.Line));
        Assert.Equal([3, 6], differences.Higher.Select(line => line.Line));
    }

    [Fact]
    public void Nothing_is_kept_where_nothing_was_asked_for()
    {
        var differences = new LargestDifferences(0);

        differences.Add(new LineDifference(1, "T-1", 0, 1));

        Assert.Empty(differences.Higher);
    }
}
