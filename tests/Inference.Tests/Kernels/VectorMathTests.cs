using System.Runtime.Intrinsics;
using Pipeline.Inference.Kernels;

namespace Pipeline.Inference.Tests.Kernels;

public sealed class VectorMathTests
{
    [Fact]
    public void Exp_is_within_two_units_of_the_last_place()
    {
        for (var x = 0f; x > -87; x -= 0.0137f)
        {
            var expected = Math.Exp(x);
            Assert.InRange(VectorMath.Exp(Vector256.Create(x))[3], expected * (1 - 2.4e-7), expected * (1 + 2.4e-7));
        }
    }

    [Fact]
    public void Exp_of_what_is_far_below_is_nothing_and_of_no_number_none()
    {
        Assert.Equal(0, VectorMath.Exp(Vector256.Create(float.NegativeInfinity))[0]);
        Assert.Equal(0, VectorMath.Exp(Vector256.Create(-1e30f))[0]);
        Assert.True(float.IsNaN(VectorMath.Exp(Vector256.Create(float.NaN))[0]));
    }
}
