using Pipeline.Inference.Quantization;

namespace Pipeline.Inference.Tests.Quantization;

public sealed class Int4WeightsTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(70)]
    [InlineData(5)]
    public void Every_weight_comes_back_within_half_its_blocks_scale_and_zero_stays_zero(int k)
    {
        const int N = 40;
        var weights = Matrices.Random(N, k, 0.05, seed: 3);
        weights[1] = 0;

        var read = Dequantize(weights, k, out var scales);

        for (var i = 0; i < weights.Length; i++)
        {
            var scale = scales[(i / k * Int4Weights.Blocks(k)) + (i % k / Int4Weights.BlockSize)];
            Assert.InRange(Math.Abs(weights[i] - read[i]), 0, scale * 0.50001);
            Assert.True(weights[i] != 0 || read[i] == 0);
        }
    }

    [Fact]
    public void Codes_are_packed_with_the_first_in_the_low_half_and_the_last_block_is_filled_with_zeros()
    {
        // The range -5 to 10 has a scale of 1 and its zero at code 5; the second block, 0 to 1.5, a scale of 0.1 and its zero at 0.
        float[] row = [-5, 10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -2, -3, -4, 1.5f, 0.1f];
        var matrix = Matrices.Rows(row, row.Length);

        Assert.Equal(
            [0xf0, 0x65, 0x87, 0xa9, 0xcb, 0xed, 0x34, 0x12, 0x1f, 0, 0, 0, 0, 0, 0, 0],
            Matrices.Collect<byte>(write => Int4Weights.WriteCodes(matrix, write)));
        Assert.Equal([0x05], Matrices.Collect<byte>(write => Int4Weights.WriteZeroPoints(matrix, write)));
        Assert.Equal([1, 0.1f], Matrices.Collect<float>(write => Int4Weights.WriteScales(matrix, write)));
    }

    /// <summary>What the layout says that the operator reads.</summary>
    public static float[] Dequantize(float[] weights, int k, out float[] scales)
    {
        var matrix = Matrices.Rows(weights, k);
        var blocks = Int4Weights.Blocks(k);
        var codes = Matrices.Collect<byte>(write => Int4Weights.WriteCodes(matrix, write));
        var zeroPoints = Matrices.Collect<byte>(write => Int4Weights.WriteZeroPoints(matrix, write));
        var read = Matrices.Collect<float>(write => Int4Weights.WriteScales(matrix, write));
        scales = read;
        return [.. Enumerable.Range(0, weights.Length).Select(i =>
        {
            var (row, column) = Math.DivRem(i, k);
            var block = column / Int4Weights.BlockSize;
            var code = Half(codes, (row * blocks * Int4Weights.BlockBytes) + (column / 2), column);
            var zeroPoint = Half(zeroPoints, (row * Int4Weights.ZeroPointBytes(k)) + (block / 2), block);
            return read[(row * blocks) + block] * (code - zeroPoint);
        })];

        static int Half(byte[] packed, int index, int position) => position % 2 == 0 ? packed[index] & 15 : packed[index] >> 4;
    }
}
