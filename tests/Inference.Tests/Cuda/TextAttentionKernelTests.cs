using Pipeline.Inference.Attention;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Tests.Cuda;

/// <summary>The kernels of the attention of encoders say what the operator says on CPUs.</summary>
public sealed class TextAttentionKernelTests(EmulatedGpu gpu) : IClassFixture<EmulatedGpu>
{
    private const int Heads = 3;

    // Queries with their bias, and weights, are rounded to 16 bits.
    private const double MostLoss = 6e-3;
    private const double UsualLoss = 4e-4;

    [Theory]
    [InlineData(8, 8)]
    [InlineData(8, 40)]
    [InlineData(8, 64)]
    [InlineData(9, 8)]
    [InlineData(9, 32)]
    [InlineData(9, 40)]
    [InlineData(9, 64)]
    [InlineData(10, 64)]
    public void Tokens_attend_to_all_of_their_text(int generation, int size)
    {
        gpu.Generation = generation;
        var random = new Random(size);
        int[] lengths = [1, 5, 64, 65, 150, 32, 128, 2];
        var (tokens, width) = (lengths.Sum(), Heads * size);
        int[] starts = [0, .. lengths.Select((_, text) => lengths.Take(text + 1).Sum())];

        var (emulated, expected) = gpu.Run(
            TextAttention.OperatorName, [("heads", Heads), ("head_size", size)],
            [
                (Numbers(tokens * 3 * width, 3), [tokens, 3 * width]), (Numbers(width, 1), [width]),
                (new int[lengths.Length * lengths.Max()], [lengths.Length, lengths.Max()]), (starts, [starts.Length]),
            ],
            DataType.Float16);

        Assert.Equal(tokens * width, expected[0].Length);
        var loss = emulated[0].Zip(expected[0], (one, other) => Math.Abs(one - other)).ToList();
        Assert.InRange(loss.Max(), 0, MostLoss);
        Assert.InRange(loss.Average(), 0, UsualLoss);

        Half[] Numbers(int count, double most) => [.. Enumerable.Range(0, count).Select(_ => (Half)((random.NextDouble() - 0.5) * 2 * most))];
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    public void A_text_whose_numbers_overflow_leaves_its_neighbours_alone(int generation)
    {
        gpu.Generation = generation;
        const int tokens = 60, size = 16, first = 13, last = 40;
        var input = new Half[tokens * 3 * size];
        Array.Fill(input, Half.One);
        input.AsSpan((first * 3 * size)..(last * 3 * size)).Fill(Half.PositiveInfinity);

        var (emulated, _) = gpu.Run(
            TextAttention.OperatorName, [("heads", 1), ("head_size", size)],
            [
                (input, [tokens, 3 * size]), (new Half[size], [size]), (new int[3 * (last - first)], [3, last - first]),
                (new[] { 0, first, last, tokens }, [4]),
            ],
            DataType.Float16);

        Assert.All(emulated[0][..(first * size)], number => Assert.Equal(1, number, 1e-3));
        Assert.All(emulated[0][(first * size)..(last * size)], number => Assert.False(double.IsFinite(number)));
        Assert.All(emulated[0][(last * size)..], number => Assert.Equal(1, number, 1e-3));
    }
}
