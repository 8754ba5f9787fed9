using Pipeline.Inference.Generation;

namespace Pipeline.Inference.Tests.Generation;

public sealed class LogSumExpTests
{
    [Fact]
    public void It_is_the_logarithm_of_the_sum_of_exponentials()
    {
        Assert.Equal(Math.Log(Math.Exp(1) + Math.Exp(-2) + Math.Exp(0.5)), LogSumExp.Of([1, -2, 0.5f]), 1e-6);
        Assert.Equal(1000 + Math.Log(2), LogSumExp.Of([1000, 1000, float.NegativeInfinity]), 1e-6);
        Assert.Equal(-1000 + Math.Log(3), LogSumExp.Of([-1000, -1000, -1000]), 1e-6);
    }

    [Fact]
    public void It_is_not_finite_exactly_when_no_choice_can_be_made()
    {
        Assert.False(double.IsFinite(LogSumExp.Of([1, float.NaN, 2])));
        Assert.False(double.IsFinite(LogSumExp.Of([1, float.PositiveInfinity])));
        Assert.False(double.IsFinite(LogSumExp.Of([float.NegativeInfinity, float.NegativeInfinity])));
        Assert.True(double.IsFinite(LogSumExp.Of([float.NegativeInfinity, float.MinValue])));
    }

    [Fact]
    public void A_vocabulary_of_real_size_loses_no_digits()
    {
        var logits = new float[250_880];
        Array.Fill(logits, 3.5f);
        Assert.Equal(3.5 + Math.Log(logits.Length), LogSumExp.Of(logits), 1e-6);
    }
}
