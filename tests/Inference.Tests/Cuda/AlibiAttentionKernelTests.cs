using System.Runtime.InteropServices;
using Pipeline.Inference.Architectures;
using Pipeline.Inference.Attention;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Tests.Cuda;

/// <summary>The operator's kernels for GPUs say what it says on CPUs.</summary>
public sealed class AlibiAttentionKernelTests(EmulatedGpu gpu) : IClassFixture<EmulatedGpu>
{
    private const int Heads = 3;
    private const int Hopper = 9;

    // Rows of tokens before the step and in it.
    private static readonly (int Before, int Count)[] s_step = [(0, 1), (1, 1), (63, 1), (64, 1), (65, 1), (200, 1), (700, 1), (0, 1)];

    // For prompts queries with their bias and weights are rounded to 16 bits.
    private const double MostLoss = 6e-3;
    private const double UsualLoss = 4e-4;

    // For steps results are and, over keys and values of 8 bits, sums of four tokens.
    private const double MostStepLoss = 6.5e-4;
    private const double UsualStepLoss = 2e-5;

    [Theory]
    [InlineData(8, 8)]
    [InlineData(8, 40)]
    [InlineData(8, 64)]
    [InlineData(8, 96)]
    [InlineData(8, 128)]
    [InlineData(9, 8)]
    [InlineData(9, 40)]
    [InlineData(9, 64)]
    [InlineData(9, 96)]
    [InlineData(12, 64)]
    public void Tokens_of_a_prompt_attend_to_those_before_them(int generation, int size) =>
        Compare(size, generation, DataType.Float16, [(0, 1), (0, 5), (0, 64), (0, 65), (0, 150), (0, 32), (0, 1)], isFilledUp: false);

    [Theory]
    [InlineData(16)]
    [InlineData(48)]
    [InlineData(64)]
    [InlineData(128)]
    public void Prompts_are_stored_in_8_bits(int size) =>
        Compare(size, Hopper, DataType.Int8, [(0, 1), (0, 5), (0, 64), (0, 70), (0, 1)], isFilledUp: false);

    [Theory]
    [InlineData(8)]
    [InlineData(24)]
    [InlineData(64)]
    [InlineData(80)]
    [InlineData(128)]
    public void A_step_attends_to_what_was_before(int size) => Compare(size, Hopper, DataType.Float16, s_step, isFilledUp: true);

    [Theory]
    [InlineData(16)]
    [InlineData(48)]
    [InlineData(64)]
    [InlineData(96)]
    [InlineData(128)]
    public void A_step_attends_to_what_was_before_in_8_bits(int size) => Compare(size, Hopper, DataType.Int8, s_step, isFilledUp: true);

    [Theory]
    [InlineData(1e-4)]
    [InlineData(3e4)]
    public void Values_of_8_bits_may_be_small_or_large(double most) => Compare(64, Hopper, DataType.Int8, s_step, isFilledUp: true, mostValue: most);

    [Theory]
    [InlineData(DataType.Float16)]
    [InlineData(DataType.Int8)]
    public void A_row_whose_numbers_overflow_leaves_its_neighbours_alone(object cache) =>
        Compare(32, Hopper, (DataType)cache, [(70, 1), (66, 1), (0, 1), (65, 1), (1, 1)], isFilledUp: false, overflowing: [1, 2]);

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    public void A_token_whose_scores_are_no_numbers_sees_nothing_behind_it(int generation)
    {
        gpu.Generation = generation;
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

    /// <summary>
    /// Rows of tokens before this run and in it; the last one may be there to fill up, and leave no trace. Of some rows there is an infinite key, and their last
    /// key and value are no numbers.
    /// </summary>
    private void Compare(
        int size, int generation, DataType cache, (int Before, int Count)[] rows, bool isFilledUp, double mostValue = 1, params ReadOnlySpan<int> overflowing)
    {
        gpu.Generation = generation;
        const int block = AlibiAttention.BlockTokens;
        var random = new Random(size);
        var width = Heads * size;
        var rowBlocks = rows.Max(BlocksOf);
        int[] free = [.. Enumerable.Range(0, rows.Sum(BlocksOf) + 2)];
        random.Shuffle(free);
        // A row's table ends with blocks that nobody wrote.
        var used = 0;
        var tokens = rows.Sum(row => row.Count);
        var (keys, values) = (new Blocks(cache, free.Length, size), new Blocks(cache, free.Length, size));
        var (starts, table, places) = (new int[rows.Length + 1], new int[rows.Length * rowBlocks], new int[tokens]);
        for (var row = 0; row < rows.Length; row++)
        {
            starts[row + 1] = starts[row] + rows[row].Count;
            var blocks = BlocksOf(rows[row]);
            table.AsSpan(row * rowBlocks, rowBlocks).Fill(free[^1]);
            free.AsSpan(used, blocks).CopyTo(table.AsSpan(row * rowBlocks));
            used += blocks;
            for (var token = 0; token < rows[row].Before + rows[row].Count; token++)
            {
                var place = (table[(row * rowBlocks) + (token / block)] * block) + (token % block);
                if (token >= rows[row].Before)
                {
                    places[starts[row] + token - rows[row].Before] = isFilledUp && row == rows.Length - 1 ? -1 : place;
                    continue;
                }

                for (var head = 0; head < Heads; head++)
                {
                    var key = Numbers(size, 1);
                    key[^1] = overflowing.Contains(row) && token == 0 ? Half.PositiveInfinity : key[^1];
                    keys.Write(place, head, key);
                    values.Write(place, head, Numbers(size, mostValue));
                }
            }
        }

        var qkv = Numbers(tokens * 3 * width, 3);
        for (var token = 0; token < tokens; token++)
        {
            Numbers(width, mostValue).CopyTo(qkv.AsSpan(((3 * token) + 2) * width));
        }

        // A key that is 0 has no scale.
        qkv.AsSpan(width, size).Clear();
        foreach (var row in overflowing)
        {
            var last = qkv.AsSpan(((3 * starts[row + 1]) - 2) * width, 2 * width);
            (last[0], last[width + 1]) = (Half.NaN, Half.NaN);
        }

        var (emulated, expected) = gpu.Run(
            AlibiAttention.OperatorName, [("heads", Heads), ("head_size", size), ("scale", 1 / MathF.Sqrt(size))],
            [
                (qkv, [tokens, 3 * width]), (Numbers(width, 1), [width]),
                (keys.Numbers, keys.Shape), (values.Numbers, values.Shape), (starts, [starts.Length]),
                (rows.Select(row => row.Before).ToArray(), [rows.Length]), (table, [rows.Length, rowBlocks]), (places, [tokens]),
                (AlibiSlopes.For(Heads), [Heads]),
            ],
            DataType.Float16);

        Assert.Equal(tokens * width, expected[0].Length);
        Assert.Equal(expected[0].Select(double.IsNaN), emulated[0].Select(double.IsNaN));
        var (most, usual) = tokens == rows.Length ? (MostStepLoss, UsualStepLoss) : (MostLoss, UsualLoss);
        var loss = emulated[0].Zip(expected[0], (one, other) => Math.Abs(one - other) / mostValue).Where(double.IsFinite).ToList();
        Assert.InRange(loss.Max(), 0, most);
        Assert.InRange(loss.Average(), 0, usual);
        Assert.All(emulated.Zip(expected).Skip(1), pair => Assert.Equal(pair.Second, pair.First));

        Half[] Numbers(int count, double most) => [.. Enumerable.Range(0, count).Select(_ => (Half)((random.NextDouble() - 0.5) * 2 * most))];

        static int BlocksOf((int Before, int Count) row) => (row.Before + row.Count + block - 1) / block;
    }

    /// <summary>Keys or values; what nobody wrote is no number.</summary>
    private sealed unsafe class Blocks
    {
        private readonly KeyValueBlocks _blocks;

        public Blocks(DataType type, int count, int size)
        {
            _blocks = new(type, Heads, size);
            var tokens = count * AlibiAttention.BlockTokens * Heads;
            if (type == DataType.Float16)
            {
                var numbers = new Half[tokens * size];
                Array.Fill(numbers, Half.NaN);
                (Numbers, Shape) = (numbers, [count, AlibiAttention.BlockTokens, Heads, size]);
                return;
            }

            // A scale whose bits are all set is no number.
            var codes = new sbyte[tokens * (size + sizeof(float))];
            Array.Fill<sbyte>(codes, -1);
            (Numbers, Shape) = (codes, [count, AlibiAttention.BlockTokens, Heads, size + sizeof(float)]);
        }

        public Array Numbers { get; }

        public long[] Shape { get; }

        public void Write(int place, int head, Half[] numbers)
        {
            var handle = GCHandle.Alloc(Numbers, GCHandleType.Pinned);
            _blocks.Write((byte*)handle.AddrOfPinnedObject(), place, head, [.. numbers.Select(number => (float)number)]);
            handle.Free();
        }
    }
}
