using System.Numerics;
using System.Numerics.Tensors;
using Pipeline.Inference.Cuda;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Attention;

/// <summary>
/// Causal attention with ALiBi for GPUs, whose rows' tokens lie one behind the other: whole prompts, or one token of each row. It adds the queries' bias, and
/// stores keys and values in blocks. What ONNX Runtime has knows no ALiBi, and in a step multiplies matrices of 64 rows of which one is wanted. On CPUs it is
/// there to try graphs without a GPU.
/// </summary>
/// <remarks>
/// Inputs: float16 [tokens, 3 * heads * size], queries, keys and values; float16 [heads * size], the queries' bias; keys and values, changed in place, float16
/// [blocks, tokens of a block, heads, size] or int8 [blocks, tokens of a block, heads, size + 4], see <see cref="KeyValueBlocks"/>; int32 [rows + 1], where each
/// row's tokens begin, and where the last row's end; int32 [rows], tokens of each row before; int32 [rows, blocks of a row]; int32 [tokens], where keys and
/// values go, below 0 for nowhere; float32 [heads], the slopes. Every row has a token: as many tokens as rows are a step. Else they are prompts, which have
/// nothing before them. The tokens of a run see each other as they are, in float16. Output: float16 [tokens, heads * size].
/// </remarks>
/// <param name="target">Where it runs.</param>
/// <param name="cache">Type of keys and values in blocks: float16 or int8.</param>
internal sealed class AlibiAttention(ModelTarget target = ModelTarget.Cpu, DataType cache = DataType.Float16) : CustomOperator(
    OperatorName,
    [DataType.Float16, DataType.Float16, cache, cache, DataType.Int32, DataType.Int32, DataType.Int32, DataType.Int32, DataType.Float],
    optional: 0,
    [DataType.Float16],
    target)
{
    public const string OperatorName = "AlibiAttention";

    /// <summary>Tokens of a block of keys and values.</summary>
    public const int BlockTokens = KeyValueBlocks.Tokens;

    // As the kernels are written.
    private const int MostNumbers = 128;

    private readonly DataType _cache = cache;

    /// <summary>What heads can be run, or null when those of so many numbers can.</summary>
    public static string? Refusal(DataType cache, int size) => KeyValueBlocks.HeadStep(cache) is var step && size >= step && size <= MostNumbers && size % step == 0
        ? null
        : $"heads of {size} numbers can't be run; multiples of {step} up to {MostNumbers} can";

    public override ICustomKernel Create(KernelAttributes attributes)
    {
        var (heads, size, scale) = (attributes.Integer("heads"), attributes.Integer("head_size"), attributes.Float("scale"));
        if (Refusal(_cache, size) is { } refusal)
        {
            throw new InvalidOperationException($"With keys and values in {_cache}, {refusal}.");
        }

        return Target == ModelTarget.Cuda ? new GpuKernel(_cache, heads, size, scale) : new Kernel(_cache, heads, size, scale);
    }

    private readonly unsafe struct Arguments(KernelCall call, int width)
    {
        public int Tokens { get; } = (int)call.Shape(0)[0];

        public int Rows { get; } = (int)call.Shape(6)[0];

        public int RowBlocks { get; } = (int)call.Shape(6)[1];

        public Half* Input { get; } = call.Input<Half>(0);

        public Half* Bias { get; } = call.Input<Half>(1);

        public byte* Keys { get; } = call.Shape(2)[1] == BlockTokens
            ? call.Input<byte>(2)
            : throw new InvalidOperationException($"Blocks of {call.Shape(2)[1]} tokens can't be read, but of {BlockTokens}.");

        public byte* Values { get; } = call.Input<byte>(3);

        public int* Starts { get; } = call.Input<int>(4);

        public int* Past { get; } = call.Input<int>(5);

        public int* Table { get; } = call.Input<int>(6);

        public int* Places { get; } = call.Input<int>(7);

        public float* Slopes { get; } = call.Input<float>(8);

        public Half* Output { get; } = call.Output<Half>(0, call.Shape(0)[0], width);
    }

    private sealed unsafe class GpuKernel(DataType cache, int heads, int size, float scale) : ICustomKernel
    {
        // As the kernels are written.
        private const int Threads = 128;
        private const int StoredByLane = 8;

        private readonly CudaKernel _step = CudaKernel.Load(cache == DataType.Int8 ? "step_attention_codes" : "step_attention");
        private readonly CudaKernel _store = CudaKernel.Load(cache == DataType.Int8 ? "store_prompt_codes" : "store_prompts");
        private readonly ManyTokensKernel _prompts = new("prompt", heads, size, scale);

        public void Compute(KernelCall call)
        {
            var a = new Arguments(call, heads * size);
            if (a.Tokens == a.Rows)
            {
                _step.Launch(
                    call.Stream, heads, a.Rows, Threads, (IntPtr)a.Input, (IntPtr)a.Bias, (IntPtr)a.Keys, (IntPtr)a.Values, (IntPtr)a.Past, (IntPtr)a.Table,
                    (IntPtr)a.Places, (IntPtr)a.Slopes, (IntPtr)a.Output, heads, size, Lanes(KeyValueBlocks.HeadStep(cache)), a.RowBlocks,
                    scale);
                return;
            }

            ReadOnlySpan<CudaArgument> stored = [(IntPtr)a.Input, (IntPtr)a.Keys, (IntPtr)a.Values, (IntPtr)a.Places];
            _store.Launch(call.Stream, a.Tokens, 1, Threads, cache == DataType.Int8 ? [.. stored, heads, size, Lanes(StoredByLane)] : [.. stored, heads * size]);
            _prompts.Launch(call.Stream, a.Input, a.Bias, a.Starts, a.Slopes, a.Output, a.Rows, longest: Math.Min(a.Tokens, a.RowBlocks * BlockTokens));
        }

        /// <summary>Lanes of a head when each takes so many of its numbers.</summary>
        private int Lanes(int numbers) => (int)BitOperations.RoundUpToPowerOf2((uint)(size / numbers));
    }

    private sealed unsafe class Kernel(DataType cache, int heads, int size, float scale) : ICustomKernel
    {
        private readonly KeyValueBlocks _blocks = new(cache, heads, size);

        public void Compute(KernelCall call)
        {
            var a = new Arguments(call, heads * size);
            call.Parallel(a.Rows * heads, task => Attend(a, task / heads, task % heads));
        }

        private void Attend(Arguments a, int row, int head)
        {
            var (first, count, before) = (a.Starts[row], a.Starts[row + 1] - a.Starts[row], a.Past[row]);
            if (first < 0 || count < 1 || first + count > a.Tokens || before < 0 || before + count > a.RowBlocks * BlockTokens)
            {
                throw new InvalidOperationException(
                    $"Row {row} of {a.Rows} has tokens {first} to {first + count} of {a.Tokens} behind {before}, with {a.RowBlocks} blocks.");
            }

            if (before > 0 && a.Tokens != a.Rows)
            {
                throw new InvalidOperationException($"Row {row} of {a.Rows} goes on behind {before} tokens; prompts begin rows.");
            }

            var (keys, values) = (new float[(before + count) * size], new float[(before + count) * size]);
            for (var token = 0; token < before; token++)
            {
                var place = (a.Table[(row * a.RowBlocks) + (token / BlockTokens)] * BlockTokens) + (token % BlockTokens);
                _blocks.Read(a.Keys, place, head, keys.AsSpan(token * size, size));
                _blocks.Read(a.Values, place, head, values.AsSpan(token * size, size));
            }

            for (var i = 0; i < count; i++)
            {
                Span<float> key = keys.AsSpan((before + i) * size, size), value = values.AsSpan((before + i) * size, size);
                Widen(New(1, i), key);
                Widen(New(2, i), value);
                if (a.Places[first + i] is >= 0 and var place)
                {
                    _blocks.Write(a.Keys, place, head, key);
                    _blocks.Write(a.Values, place, head, value);
                }
            }

            var (query, bias, sum, scores) = (new float[size], new float[size], new float[size], new float[before + count]);
            Widen(a.Bias + (head * size), bias);
            for (var i = 0; i < count; i++)
            {
                Widen(New(0, i), query);
                TensorPrimitives.Add(query, bias, query);
                var seen = scores.AsSpan(0, before + i + 1);
                for (var token = 0; token < seen.Length; token++)
                {
                    seen[token] = (scale * TensorPrimitives.Dot<float>(query, keys.AsSpan(token * size, size))) + (a.Slopes[head] * (token - before - i));
                }

                TensorPrimitives.Subtract(seen, TensorPrimitives.Max<float>(seen), seen);
                TensorPrimitives.SoftMax(seen, seen);
                Array.Clear(sum);
                for (var token = 0; token < seen.Length; token++)
                {
                    TensorPrimitives.MultiplyAdd(values.AsSpan(token * size, size), seen[token], sum, sum);
                }

                TensorPrimitives.ConvertToHalf(sum, new(a.Output + ((((long)(first + i) * heads) + head) * size), size));
            }

            // Of the queries (0), keys (1) or values (2) of this run.
            Half* New(int part, int i) => a.Input + (((((long)(first + i) * 3) + part) * heads) + head) * size;
        }

        private static void Widen(Half* source, Span<float> destination) =>
            TensorPrimitives.ConvertToSingle(new(source, destination.Length), destination);
    }
}
