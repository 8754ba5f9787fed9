using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Architectures;
using Pipeline.Inference.Attention;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Tests.Attention;

/// <summary>
/// The operator on the CPU, prompts and then steps of rows whose blocks lie anywhere, with keys and values of 8 bits and of 16. On a GPU it has to say the same.
/// </summary>
public sealed class AlibiAttentionTests : IDisposable
{
    private const int Heads = 3;
    private const int Block = KeyValueBlocks.Tokens;
    private const int RowBlocks = 2;
    private const int Nothing = 0x5A;

    // One fills a block, one is behind it, one will need its second, one has a token alone.
    private static readonly int[] s_prompts = [5, Block, Block + 6, Block - 1, 1];

    private readonly string _folder = Directory.CreateTempSubdirectory("pipeline-attention-").FullName;
    private readonly Random _random = new(11);
    private int _size;
    private int[] _table = [];
    private Half[] _queryBias = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(16)]
    [InlineData(48)]
    [InlineData(128)]
    public void Keys_and_values_of_8_bits_are_stored_as_codes_and_scales_and_read_by_steps(int size)
    {
        Begin(size);
        var rows = Rows();
        var (keys, values) = (Unwritten(), Unwritten());
        var (expectedKeys, expectedValues) = (Unwritten(), Unwritten());
        using var session = Open(DataType.Int8);

        for (var step = 0; step < 4; step++)
        {
            var (fresh, places) = Extend(rows, step == 0 ? s_prompts : [1, 1, 1, 1, 1]);
            var output = Run(session, keys, values, rows, fresh, places);
            for (var token = 0; token < places.Length; token++)
            {
                Store(expectedKeys, places[token], Part(fresh[token], 1));
                Store(expectedValues, places[token], Part(fresh[token], 2));
            }

            Assert.Equal(expectedKeys, keys);
            Assert.Equal(expectedValues, values);
            // What is before a step is as it was stored, what it brings itself as it is; so is all of a prompt.
            var rounded = Check(rows, step > 0, output);
            Assert.InRange(rounded.Stored, 0, 2e-3);
            Assert.InRange(rounded.Exact, step == 0 ? 0 : 2e-4, step == 0 ? 2e-3 : 0.03);
        }
    }

    [Fact]
    public void Prompts_are_the_same_whatever_keys_and_values_are_kept_in()
    {
        Begin(32);
        var rows = Rows();
        var (fresh, places) = Extend(rows, s_prompts);
        using var coded = Open(DataType.Int8);
        using var plain = Open(DataType.Float16);

        Assert.Equal(
            Run(plain, new Half[Blocks * Block * Heads * _size], new Half[Blocks * Block * Heads * _size], rows, fresh, places),
            Run(coded, Unwritten(), Unwritten(), rows, fresh, places));
    }

    [Fact]
    public void Numbers_halfway_go_to_the_even_code_and_nothing_but_zeros_has_no_scale()
    {
        Begin(16);
        var rows = Rows();
        var (fresh, places) = Extend(rows, s_prompts);
        Part(fresh[2], 1).Clear();
        Half[] key = [(Half)127, (Half)0.5, (Half)1.5, (Half)2.5, (Half)(-0.5), (Half)(-1.5), (Half)(-2.5), (Half)(-126.5), .. new Half[8]];
        key.CopyTo(Part(fresh[3], 1)[^16..]);
        var keys = Unwritten();
        using var session = Open(DataType.Int8);
        Run(session, keys, Unwritten(), rows, fresh, places);

        var (zeros, noScale) = Stored(keys, places[2], Heads - 1);
        var (codes, scale) = Stored(keys, places[3], Heads - 1);
        Assert.Equal((0f, 1f), (noScale, scale));
        Assert.Equal(new sbyte[16], zeros);
        Assert.Equal([127, 0, 2, 2, 0, -2, -2, -126, .. new sbyte[8]], codes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Prompts_behind_other_tokens_are_refused(bool coded)
    {
        Begin(16);
        var rows = Rows();
        Extend(rows, [1, 1, 1, 1, 1]);
        var (fresh, places) = Extend(rows, [1, 1, 3, 1, 1]);
        using var session = Open(coded ? DataType.Int8 : DataType.Float16);

        var thrown = Assert.Throws<OnnxRuntimeException>(() => coded
            ? Run(session, Unwritten(), Unwritten(), rows, fresh, places)
            : Run(session, new Half[Blocks * Block * Heads * 16], new Half[Blocks * Block * Heads * 16], rows, fresh, places));

        Assert.Contains("prompts begin rows", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DataType.Int8, 24)]
    [InlineData(DataType.Int8, 8)]
    [InlineData(DataType.Int8, 144)]
    [InlineData(DataType.Float16, 12)]
    public void Heads_that_the_kernels_cannot_read_are_refused(object type, int size)
    {
        Begin(size);

        var thrown = Assert.Throws<ModelException>(() => Open((DataType)type));

        Assert.Contains($"heads of {size} numbers can't be run; multiples of {((DataType)type == DataType.Int8 ? 16 : 8)} up to 128 can", thrown.Message);
    }

    private static int Blocks => (s_prompts.Length * RowBlocks) + 1;

    private void Begin(int size)
    {
        _size = size;
        _table = [.. Enumerable.Range(0, Blocks)];
        _random.Shuffle(_table);
        _table = _table[..(s_prompts.Length * RowBlocks)];
        _queryBias = Numbers(Heads * size);
    }

    private static List<Half[]>[] Rows() => [.. s_prompts.Select(_ => new List<Half[]>())];

    /// <summary>Gives each row so many more tokens, queries, keys and values of random numbers.</summary>
    private (Half[][] Fresh, int[] Places) Extend(List<Half[]>[] rows, int[] counts)
    {
        var (fresh, places) = (new List<Half[]>(), new List<int>());
        for (var row = 0; row < rows.Length; row++)
        {
            for (var i = 0; i < counts[row]; i++)
            {
                places.Add((_table[(row * RowBlocks) + (rows[row].Count / Block)] * Block) + (rows[row].Count % Block));
                fresh.Add(Numbers(3 * Heads * _size));
                rows[row].Add(fresh[^1]);
            }
        }

        return ([.. fresh], [.. places]);
    }

    private Half[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (Half)((_random.NextDouble() * 4) - 2))];

    private sbyte[] Unwritten()
    {
        var bytes = new sbyte[Blocks * Block * Heads * (_size + sizeof(float))];
        Array.Fill(bytes, (sbyte)Nothing);
        return bytes;
    }

    /// <summary>Queries (0), keys (1) or values (2) of a token.</summary>
    private Span<Half> Part(Half[] token, int part) => token.AsSpan(part * Heads * _size, Heads * _size);

    /// <summary>As the layout is defined: the codes of all heads, token by token, then all scales.</summary>
    private void Store(sbyte[] bytes, int place, Span<Half> heads)
    {
        for (var head = 0; head < Heads; head++)
        {
            var (codes, scale) = Quantize(heads.Slice(head * _size, _size));
            var (codesAt, scaleAt) = Offsets(place, head);
            codes.CopyTo(bytes, codesAt);
            MemoryMarshal.Write(MemoryMarshal.AsBytes(bytes.AsSpan(scaleAt)), scale);
        }
    }

    private static (sbyte[] Codes, float Scale) Quantize(Span<Half> head)
    {
        var numbers = head.ToArray().Select(number => (float)number).ToArray();
        var most = numbers.Max(MathF.Abs);
        var inverse = most > 0 ? 127 / most : 0;
        return ([.. numbers.Select(number => (sbyte)MathF.Round(number * inverse, MidpointRounding.ToEven))], most / 127);
    }

    private (sbyte[] Codes, float Scale) Stored(sbyte[] bytes, int place, int head)
    {
        var (codes, scale) = Offsets(place, head);
        return (bytes[codes..(codes + _size)], MemoryMarshal.Read<float>(MemoryMarshal.AsBytes(bytes.AsSpan(scale))));
    }

    private (int Codes, int Scale) Offsets(int place, int head)
    {
        var block = place / Block * Block * Heads * (_size + sizeof(float));
        var token = (head * Block) + (place % Block);
        return (block + (token * _size), block + (Heads * Block * _size) + (token * sizeof(float)));
    }

    /// <summary>The largest distances from attention in double precision: over what is stored of the past, and over what it was before.</summary>
    private (double Stored, double Exact) Check(List<Half[]>[] rows, bool isStep, double[] output)
    {
        var (stored, exact, token) = (0d, 0d, 0);
        for (var row = 0; row < rows.Length; row++)
        {
            for (var position = isStep ? rows[row].Count - 1 : 0; position < rows[row].Count; position++, token++)
            {
                for (var head = 0; head < Heads; head++)
                {
                    var said = output.AsSpan(((token * Heads) + head) * _size, _size).ToArray();
                    stored = Math.Max(stored, Distance(said, Attend(rows[row], position, head, readsCodes: isStep)));
                    exact = Math.Max(exact, Distance(said, Attend(rows[row], position, head, readsCodes: false)));
                }
            }
        }

        return (stored, exact);

        static double Distance(double[] one, double[] other) => one.Zip(other, (a, b) => Math.Abs(a - b)).Max();
    }

    private double[] Attend(List<Half[]> row, int position, int head, bool readsCodes)
    {
        var slope = AlibiSlopes.For(Heads)[head];
        var query = Head(row[position], 0).Zip(_queryBias[(head * _size)..], (number, bias) => number + (double)bias).ToArray();
        var scores = Enumerable.Range(0, position + 1).Select(token =>
            (query.Zip(Read(token, 1), (q, k) => q * k).Sum() / Math.Sqrt(_size)) + (slope * (double)(token - position))).ToArray();
        var weights = scores.Select(score => Math.Exp(score - scores.Max())).ToArray();
        var sum = new double[_size];
        for (var token = 0; token <= position; token++)
        {
            var value = Read(token, 2);
            for (var i = 0; i < _size; i++)
            {
                sum[i] += weights[token] / weights.Sum() * value[i];
            }
        }

        return sum;

        double[] Head(Half[] token, int part) => [.. Part(token, part).Slice(head * _size, _size).ToArray().Select(number => (double)number)];

        double[] Read(int token, int part)
        {
            if (!readsCodes || token == position)
            {
                return Head(row[token], part);
            }

            var (codes, scale) = Quantize(Part(row[token], part).Slice(head * _size, _size));
            return [.. codes.Select(code => (double)code * scale)];
        }
    }

    private InferenceSession Open(DataType cache)
    {
        var graph = new GraphBuilder("attention");
        var width = Heads * _size;
        var paged = new PagedInputs(graph);
        GraphValue Blocks(string name) => graph.Input(name, cache, "blocks", Block, Heads, KeyValueBlocks.HeadWidth(cache, _size));
        var output = graph.AlibiAttention(
            graph.Input("qkv", DataType.Float16, "tokens", 3 * width), graph.Input("bias", DataType.Float16, width), Blocks("keys"), Blocks("values"), paged,
            graph.Constant(AlibiSlopes.For(Heads)), Heads, _size);
        graph.Output(graph.Cast(output, DataType.Float), "output", DataType.Float, "tokens", width);
        var folder = Directory.CreateDirectory(Path.Combine(_folder, $"{cache}")).FullName;
        graph.Save(folder, null, TestContext.Current.CancellationToken);
        return OnnxSession.Open(Path.Combine(folder, GraphBuilder.ModelFile), threads: 1);
    }

    private double[] Run<T>(InferenceSession session, T[] keys, T[] values, List<Half[]>[] rows, Half[][] fresh, int[] places)
        where T : unmanaged
    {
        var counts = rows.Select(row => row.Count(fresh.Contains)).ToArray();
        int[] starts = [0, .. counts.Select((_, row) => counts[..(row + 1)].Sum())];
        int[] past = [.. rows.Select((row, i) => row.Count - counts[i])];
        var width = Heads * _size;
        long[] shape = [Blocks, Block, Heads, keys.Length / (Blocks * Block * Heads)];
        using var options = new RunOptions();
        OrtValue[] inputs =
        [
            Halves([.. fresh.SelectMany(token => token)], places.Length, 3 * width), Halves(_queryBias, width), Cached(keys), Cached(values),
            Integers(starts, starts.Length), Integers(past, past.Length), Integers(_table, rows.Length, RowBlocks), Integers(places, places.Length),
        ];
        try
        {
            using var results = session.Run(
                options,
                [
                    "qkv", "bias", "keys", "values", PagedInputs.CumulativeLengthsName, PagedInputs.PastLengthsName, PagedInputs.BlockTableName,
                    PagedInputs.PlacesName,
                ],
                inputs, ["output"]);
            return [.. results[0].GetTensorDataAsSpan<float>().ToArray().Select(number => (double)number)];
        }
        finally
        {
            Array.ForEach(inputs, input => input.Dispose());
        }

        OrtValue Cached(T[] blocks) => blocks is Half[] halves ? Halves(halves, shape) : OrtValue.CreateTensorValueFromMemory(blocks, shape);

        static OrtValue Halves(Half[] numbers, params long[] shape) =>
            OrtValue.CreateTensorValueFromMemory(MemoryMarshal.Cast<Half, Float16>(numbers).ToArray(), shape);

        static OrtValue Integers(int[] numbers, params long[] shape) => OrtValue.CreateTensorValueFromMemory(numbers, shape);
    }
}
