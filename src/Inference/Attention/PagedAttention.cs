using System.Numerics.Tensors;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Attention;

/// <summary>
/// ONNX Runtime's operator of this name, which it has for GPUs, on CPUs: so that a graph for a GPU can be tried, and run in need, without one. As precise as
/// float32 on numbers of 16 bits; not fast.
/// </summary>
/// <remarks>The inputs, outputs and attributes that our graphs use; see <see cref="DecoderOperators.PagedAttention"/>. Others are refused.</remarks>
internal sealed class PagedAttention() : CustomOperator(
    OperatorName,
    [
        DataType.Float16, DataType.Float16, DataType.Float16, DataType.Float16, DataType.Float16, DataType.Int32, DataType.Int32, DataType.Int32,
        DataType.Float16, DataType.Float16, DataType.Int32, DataType.Float16, DataType.Float16, DataType.Float16, DataType.Float, DataType.Float, DataType.Int32,
    ],
    optional: 16,
    [DataType.Float16, DataType.Float16, DataType.Float16])
{
    public const string OperatorName = "PagedAttention";

    private const int Packed = 0;
    private const int Key = 1;
    private const int Value = 2;
    private const int KeyCache = 3;
    private const int ValueCache = 4;
    private const int CumulativeLengths = 5;
    private const int PastLengths = 6;
    private const int BlockTable = 7;
    private const int Cosines = 8;
    private const int Sines = 9;
    private const int Places = 10;

    public override ICustomKernel Create(KernelAttributes attributes) => new Kernel(
        attributes.Integer("num_heads"), attributes.Integer("kv_num_heads"), attributes.Integer("do_rotary") != 0, attributes.OptionalFloat("scale"));

    private sealed unsafe class Kernel(int heads, int kvHeads, bool turns, float? scale) : ICustomKernel
    {
        public void Compute(KernelCall call)
        {
            var cache = call.Shape(KeyCache);
            var (blockTokens, headSize) = ((int)cache[1], (int)cache[3]);
            var shape = new AttentionShape(heads, kvHeads, headSize, scale ?? 1 / MathF.Sqrt(headSize));
            var tokens = (int)call.Shape(Packed)[0];
            if (!call.Shape(Packed).AsSpan().SequenceEqual([tokens, shape.TokenWidth]) || call.Input<Half>(Key) is not null || call.Input<Half>(Value) is not null)
            {
                throw new InvalidOperationException(
                    $"Queries, keys and values have to be one input of {shape.TokenWidth} numbers of each token, as attention with {heads} and {kvHeads} heads "
                    + $"of {headSize} takes it.");
            }

            if (cache[2] != kvHeads)
            {
                throw new InvalidOperationException($"A cache of {cache[2]} heads does not fit attention with {kvHeads} heads of keys and values.");
            }

            var input = call.Input<Half>(Packed);
            var keys = call.Input<Half>(KeyCache);
            var values = call.Input<Half>(ValueCache);
            if (call.Output<Half>(1, cache) != keys || call.Output<Half>(2, cache) != values)
            {
                throw new InvalidOperationException("Keys and values are changed in place: their inputs and outputs have to be the same memory.");
            }

            var rowBlocks = (int)call.Shape(BlockTable)[1];
            var starts = call.Input<int>(CumulativeLengths);
            var past = call.Input<int>(PastLengths);
            var table = call.Input<int>(BlockTable);
            var places = call.Input<int>(Places);
            var cosines = call.Input<Half>(Cosines);
            var sines = call.Input<Half>(Sines);
            var output = call.Output<Half>(0, tokens, heads * headSize);
            var rows = (int)call.Shape(PastLengths)[0];

            for (var row = 0; row < rows; row++)
            {
                if (starts[row] < 0 || starts[row] > starts[row + 1] || starts[row + 1] > tokens || past[row] < 0
                    || past[row] + starts[row + 1] - starts[row] > rowBlocks * blockTokens)
                {
                    throw new InvalidOperationException(
                        $"Row {row} of {rows} has tokens {starts[row]} to {starts[row + 1]} of {tokens} behind {past[row]}, with {rowBlocks} blocks.");
                }
            }

            // First all keys and values of a row, then its queries; a head of keys and values at a time, with the queries that use it.
            call.Parallel(rows * kvHeads, task =>
            {
                var (row, kvHead) = (task / kvHeads, task % kvHeads);
                var (first, count) = (starts[row], starts[row + 1] - starts[row]);
                var total = past[row] + count;
                var numbers = new float[headSize];
                for (var i = 0; i < count; i++)
                {
                    if (places[first + i] < 0)
                    {
                        continue;
                    }

                    var place = (((long)places[first + i] * kvHeads) + kvHead) * headSize;
                    Read(New(first + i, shape.KeyOffset(kvHead)), past[row] + i, numbers);
                    TensorPrimitives.ConvertToHalf(numbers, new(keys + place, headSize));
                    new ReadOnlySpan<Half>(New(first + i, shape.ValueOffset(kvHead)), headSize).CopyTo(new(values + place, headSize));
                }

                var (rowKeys, rowValues) = (Gather(keys), Gather(values));
                var (scores, sum) = (new float[total], new float[headSize]);
                for (var head = kvHead * shape.Group; head < (kvHead + 1) * shape.Group; head++)
                {
                    for (var i = 0; i < count; i++)
                    {
                        var seen = scores.AsSpan(0, past[row] + i + 1);
                        Read(New(first + i, head * headSize), past[row] + i, numbers);
                        for (var j = 0; j < seen.Length; j++)
                        {
                            seen[j] = shape.Scale * TensorPrimitives.Dot<float>(numbers, rowKeys.AsSpan(j * headSize, headSize));
                        }

                        // The addends inside the heads let scores grow beyond what the exponential function takes.
                        TensorPrimitives.Subtract(seen, TensorPrimitives.Max<float>(seen), seen);
                        TensorPrimitives.SoftMax(seen, seen);
                        Array.Clear(sum);
                        for (var j = 0; j < seen.Length; j++)
                        {
                            TensorPrimitives.MultiplyAdd(rowValues.AsSpan(j * headSize, headSize), seen[j], sum, sum);
                        }

                        TensorPrimitives.ConvertToHalf(sum, new(output + (((long)(first + i) * heads) + head) * headSize, headSize));
                    }
                }

                float[] Gather(Half* source)
                {
                    var gathered = new float[total * headSize];
                    for (var j = 0; j < total; j++)
                    {
                        var place = ((long)table[(row * rowBlocks) + (j / blockTokens)] * blockTokens) + (j % blockTokens);
                        TensorPrimitives.ConvertToSingle(new(source + (((place * kvHeads) + kvHead) * headSize), headSize), gathered.AsSpan(j * headSize));
                    }

                    return gathered;
                }
            });

            Half* New(int token, int offset) => input + ((long)token * shape.TokenWidth) + offset;

            // A head of a token, turned to its position where that is asked for.
            void Read(Half* head, int position, float[] numbers)
            {
                TensorPrimitives.ConvertToSingle(new(head, headSize), numbers);
                var half = headSize / 2;
                for (var i = 0; turns && i < half; i++)
                {
                    var (cos, sin) = ((float)cosines[(position * half) + i], (float)sines[(position * half) + i]);
                    (numbers[i], numbers[i + half]) = ((numbers[i] * cos) - (numbers[i + half] * sin), (numbers[i + half] * cos) + (numbers[i] * sin));
                }
            }
        }
    }
}
