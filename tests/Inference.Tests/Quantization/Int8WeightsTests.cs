using Pipeline.Inference.Quantization;

namespace Pipeline.Inference.Tests.Quantization;

public sealed class Int8WeightsTests
{
    [Fact]
    public void Every_weight_comes_back_within_half_a_scale_and_codes_have_7_bits()
    {
        const int N = 50, K = 70;
        var weights = Matrices.Random(N, K, 0.05, seed: 1);
        var matrix = Matrices.Rows(weights, K);
        var (scales, sums) = Int8Weights.Measure(matrix);
        var codes = Matrices.Collect<byte>(write => Int8Weights.WriteTransposed(matrix, scales, write));

        Assert.Equal(K * N, codes.Length);
        for (var n = 0; n < N; n++)
        {
            var sum = 0;
            for (var k = 0; k < K; k++)
            {
                var code = (sbyte)codes[(k * N) + n];
                sum += code;
                Assert.InRange(code, Int8Weights.LowestCode, Int8Weights.HighestCode);
                Assert.InRange(Math.Abs(weights[(n * K) + k] - (scales[n] * code)), 0, scales[n] * 0.50001);
            }

            Assert.Equal(sum, sums[n]);
        }
    }

    [Fact]
    public void The_largest_weight_of_either_sign_uses_the_last_code()
    {
        sbyte[] codes = new sbyte[3];

        Int8Weights.Quantize([0.63f, -0.1f, 0], Int8Weights.Scale([0.63f, -0.1f, 0]), codes);
        Assert.Equal([63, -10, 0], codes);
        Int8Weights.Quantize([0.1f, -0.64f, 0], Int8Weights.Scale([0.1f, -0.64f, 0]), codes);
        Assert.Equal([10, -64, 0], codes);
        Assert.Equal(1, Int8Weights.Scale([0, 0]));
        Assert.Equal(1, Int8Weights.Scale([1e-40f, -1e-42f]));
        Assert.Equal(float.MaxValue / 63, Int8Weights.Scale([float.MaxValue, -1]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(160)]
    [InlineData(1 << 20)]
    public void A_matrix_that_is_written_in_several_strips_is_the_same(int stripBytes)
    {
        const int N = 50, K = 70;
        var matrix = Matrices.Rows(Matrices.Random(N, K, 0.05, seed: 2), K);
        var (scales, _) = Int8Weights.Measure(matrix);
        var whole = Matrices.Collect<byte>(write => Int8Weights.WriteTransposed(matrix, scales, write));

        Assert.Equal(whole, Matrices.Collect<byte>(write => Int8Weights.WriteTransposed(matrix, scales, write, stripBytes)));
    }
}
