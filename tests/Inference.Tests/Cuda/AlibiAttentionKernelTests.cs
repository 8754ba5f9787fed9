using Pipeline.Inference.Architectures;
using Pipeline.Inference.Attention;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Tests.Cuda;

/// <summary>The operator's kernels for GPUs say what it says on CPUs.</summary>
public sealed class AlibiAttentionKernelTests(EmulatedGpu gpu) : IClassFixture<EmulatedGpu>
{
    private const int Heads = 3;

    // For prompts queries with their bias and weights are rounded to 16 bits.
    private const double MostLoss = 6e-3;
    private const double UsualLoss = 4e-4;

    [Theory]
    [InlineData(8)]
    [InlineData(40)]
    [InlineData(64)]
    [InlineData(96)]
    [InlineData(128)]
    public void Prompts_attend_to_themselves_and_to_what_was_before(int size) =>
        Compare(size, [(0, 1), (0, 5), (0, 64), (70, 65), (0, 150), (64, 3), (1, 1)], isFilledUp: false);

    [Theory]
    [InlineData(8)]
    [InlineData(24)]
    [InlineData(64)]
    [InlineData(80)]
    [InlineData(128)]
    public void A_step_attends_to_what_was_before(int size) =>
        Compare(size, [(0, 1), (1, 1), (63, 1), (64, 1), (65, 1), (200, 1), (0, 1)], isFilledUp: true);

    [Fact]
    public void A_token_whose_scores_are_no_numbers_sees_nothing_behind_it()
    {
        const int tokens = 40, size = 8;
        var input = new Half[tokens * 3 * size];
        Array.Fill(input, Half.One);
        // The first key makes the score of the first query, which sees no other, minus infinity.
        input.AsSpan(size, size).Fill(Half.NegativeInfinity);

        var (emulated, expected) = gpu.Run(
            AlibiAttention.OperatorName, [("heads", 1), ("head_size", size), ("scale", 1f)],
            [
                (input, [tokens, 3 * size]), (new Half[size], [size]), (new Half[64 * size], [1, 64, 1, size]), (new Half[64 * size], [1, 64, 1, size]),
                (new[] { 0, tokens }, [2]), (new int[1], [1]), (new int[1], [1, 1]), (Enumerable.Range(0, tokens).ToArray(), [tokens]), (new[] { 0.5f }, [1]),
            ],
            DataType.Float16);

        Assert.All(emulated[0].Take(size), number => Assert.Equal(double.NaN, number));
        Assert.All(emulated[0].Skip(size), number => Assert.Equal(1, number, 1e-3));
        Assert.Equal(expected[0].Select(double.IsNaN), emulated[0].Select(double.IsNaN));
    }

    /// <summary>Rows of tokens before this run and in it; the last one may be there to fill up, and leave no trace.</summary>
    private void Compare(int size, (int Before, int Count)[] rows, bool isFilledUp)
    {
        const int block = AlibiAttention.BlockTokens;
        var random = new Random(size);
        var width = Heads * size;
        var rowBlocks = rows.Max(row => row.Before + row.Count + block - 1) / block;
        int[] free = [.. Enumerable.Range(0, (rows.Length * rowBlocks) + 2)];
        random.Shuffle(free);
        var tokens = rows.Sum(row => row.Count);
        // What nobody wrote is no number.
        var (keys, values) = (Filled(free.Length * block * width), Filled(free.Length * block * width));
        var (starts, table, places) = (new int[rows.Length + 1], new int[rows.Length * rowBlocks], new int[tokens]);
        for (var row = 0; row < rows.Length; row++)
        {
            starts[row + 1] = starts[row] + rows[row].Count;
            free.AsSpan(row * rowBlocks, rowBlocks).CopyTo(table.AsSpan(row * rowBlocks));
            for (var token = 0; token < rows[row].Before + rows[row].Count; token++)
            {
                var place = (table[(row * rowBlocks) + (token / block)] * block) + (token % block);
                if (token >= rows[row].Before)
                {
                    places[starts[row] + token - rows[row].Before] = isFilledUp && row == rows.Length - 1 ? -1 : place;
                    continue;
                }

                Numbers(width, 1).CopyTo(keys, place * width);
                Numbers(width, 1).CopyTo(values, place * width);
            }
        }

        var (emulated, expected) = gpu.Run(
            AlibiAttention.OperatorName, [("heads", Heads), ("head_size", size), ("scale", 1 / MathF.Sqrt(size))],
            [
                (Numbers(tokens * 3 * width, 3), [tokens, 3 * width]), (Numbers(width, 1), [width]),
                (keys, [free.Length, block, Heads, size]), (values, [free.Length, block, Heads, size]), (starts, [starts.Length]),
                (rows.Select(row => row.Before).ToArray(), [rows.Length]), (table, [rows.Length, rowBlocks]), (places, [tokens]),
                (AlibiSlopes.For(Heads), [Heads]),
            ],
            DataType.Float16);

        Assert.Equal(tokens * width, expected[0].Length);
        var loss = emulated[0].Zip(expected[0], (one, other) => Math.Abs(one - other)).ToList();
        Assert.InRange(loss.Max(), 0, MostLoss);
        Assert.InRange(loss.Average(), 0, UsualLoss);
        Assert.All(emulated.Zip(expected).Skip(1), pair => Assert.Equal(pair.Second, pair.First));

        Half[] Numbers(int count, double most) => [.. Enumerable.Range(0, count).Select(_ => (Half)((random.NextDouble() - 0.5) * 2 * most))];

        static Half[] Filled(int count)
        {
            var numbers = new Half[count];
            Array.Fill(numbers, Half.NaN);
            return numbers;
        }
    }
}
