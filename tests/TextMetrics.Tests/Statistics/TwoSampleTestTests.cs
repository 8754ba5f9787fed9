using Pipeline.TextMetrics.Statistics;

namespace Pipeline.TextMetrics.Tests.Statistics;

public sealed class TwoSampleTestTests
{
    [Fact]
    public void Delta_and_interval_are_those_of_normal_theory()
    {
        var a = Enumerable.Range(0, 4000).Select(i => i % 100 / 99.0).ToArray();
        var b = Enumerable.Range(0, 1000).Select(i => 0.1 + i % 100 / 99.0).ToArray();
        var compared = TwoSampleTest.Compare(a, b);

        // Standard error: 0.2916 * sqrt(1/4000 + 1/1000).
        var margin = 1.96 * 0.2916 * Math.Sqrt(1 / 4000.0 + 1 / 1000.0);
        Assert.Equal((4000, 1000), (compared.CountA, compared.CountB));
        Assert.Equal(0.1, compared.Delta.Mean, 1e-9);
        Assert.Equal(0.1 - margin, compared.Delta.Low, 2e-3);
        Assert.Equal(0.1 + margin, compared.Delta.High, 2e-3);
        Assert.True(compared.P < 0.001);
    }

    [Fact]
    public void Constant_samples_are_equal_or_different()
    {
        Assert.Equal(1, TwoSampleTest.Compare([0.3, 0.3, 0.3], [0.3, 0.3]).P);
        Assert.True(TwoSampleTest.Compare([0.3, 0.3, 0.3], [0.4, 0.4]).P < 0.001);
    }

    [Fact]
    public void Without_a_difference_5_in_100_are_significant()
    {
        const int Experiments = 2000;
        var rejected = 0;
        Parallel.For(0, Experiments, experiment =>
        {
            var random = new Random(experiment);
            var a = Enumerable.Range(0, 60).Select(_ => random.NextDouble()).ToArray();
            var b = Enumerable.Range(0, 90).Select(_ => random.NextDouble()).ToArray();
            if (TwoSampleTest.Compare(a, b, resamples: 500, seed: experiment).P <= 0.05)
            {
                Interlocked.Increment(ref rejected);
            }
        });

        Assert.InRange(rejected / (double)Experiments, 0.03, 0.07);
    }

    [Fact]
    public void An_empty_sample_is_refused() => Assert.Throws<ArgumentException>(() => TwoSampleTest.Compare([0.1], []));
}
