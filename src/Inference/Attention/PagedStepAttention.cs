using System.Numerics;
using System.Numerics.Tensors;
using Pipeline.Inference.Cuda;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Attention;

/// <summary>
/// One token of each row attends to its row and is stored, with ALiBi, from and to keys and values in blocks. A GPU spends most of a step on it, and what
/// ONNX Runtime has for this multiplies matrices of 64 rows of which one is wanted. On CPUs it is there to try graphs without a GPU.
/// </summary>
/// <remarks>
/// Inputs: float16 [rows, 3 * heads * size], queries, keys and values; float16 [heads * size], the queries' bias; float16 [blocks, tokens, heads, wide] keys
/// and values, changed in place, of which the first size numbers of a head count (keys have <see cref="Architectures.FoldedAlibi"/> behind them, for
/// other kernels); int32 [rows], tokens before; int32 [rows, blocks of a row]; int32 [rows], where keys and values go, below 0 for nowhere; float32
/// [heads], the slopes. Output: float16 [rows, heads * wide], 0 behind each head's size.
/// </remarks>
internal sealed class PagedStepAttention(ModelTarget target = ModelTarget.Cpu) : CustomOperator(
    OperatorName,
    [DataType.Float16, DataType.Float16, DataType.Float16, DataType.Float16, DataType.Int32, DataType.Int32, DataType.Int32, DataType.Float],
    optional: 0,
    [DataType.Float16],
    target)
{
    public const string OperatorName = "PagedStepAttention";

    public override ICustomKernel Create(KernelAttributes attributes)
    {
        var (heads, size, scale) = (attributes.Integer("heads"), attributes.Integer("head_size"), attributes.Float("scale"));
        if (size is < GpuKernel.LaneNumbers or > GpuKernel.MostNumbers || size % GpuKernel.LaneNumbers != 0)
        {
            throw new InvalidOperationException($"Heads of {size} numbers can't be run; multiples of 8 up to {GpuKernel.MostNumbers} can.");
        }

        return Target == ModelTarget.Cuda ? new GpuKernel(heads, size, scale) : new Kernel(heads, size, scale);
    }

    private sealed unsafe class GpuKernel(int heads, int size, float scale) : ICustomKernel
    {
        // As the kernel is written: so many threads, of which each has so many numbers of a head.
        private const int Threads = 128;
        public const int LaneNumbers = 8;
        public const int MostNumbers = 32 * LaneNumbers;

        private readonly CudaKernel _kernel = CudaKernel.Load("step_attention");

        public void Compute(KernelCall call)
        {
            var (rows, cache, rowBlocks) = (call.Shape(0)[0], call.Shape(2), (int)call.Shape(5)[1]);
            var (blockTokens, wide) = ((int)cache[1], (int)cache[3]);
            var lanes = (int)BitOperations.RoundUpToPowerOf2((uint)(size / LaneNumbers));
            var output = call.Output<Half>(0, rows, heads * wide);
            _kernel.Launch(
                call.Stream, heads, rows, Threads, (IntPtr)call.Input<Half>(0), (IntPtr)call.Input<Half>(1), (IntPtr)call.Input<Half>(2),
                (IntPtr)call.Input<Half>(3), (IntPtr)call.Input<int>(4), (IntPtr)call.Input<int>(5), (IntPtr)call.Input<int>(6), (IntPtr)call.Input<float>(7),
                (IntPtr)output, heads, size, wide, lanes, blockTokens, rowBlocks, scale);
        }
    }

    private sealed unsafe class Kernel(int heads, int size, float scale) : ICustomKernel
    {
        public void Compute(KernelCall call)
        {
            var (rows, cache, rowBlocks) = ((int)call.Shape(0)[0], call.Shape(2), (int)call.Shape(5)[1]);
            var (blockTokens, wide) = ((int)cache[1], (int)cache[3]);
            var input = call.Input<Half>(0);
            var bias = call.Input<Half>(1);
            var keys = call.Input<Half>(2);
            var values = call.Input<Half>(3);
            var past = call.Input<int>(4);
            var table = call.Input<int>(5);
            var places = call.Input<int>(6);
            var slopes = call.Input<float>(7);
            var output = call.Output<Half>(0, rows, heads * wide);
            call.Parallel(rows * heads, task =>
            {
                var (row, head, before) = (task / heads, task % heads, past[task / heads]);
                var query = input + (((long)row * 3 * heads) + head) * size;
                var (key, value) = ((nint)(query + (heads * size)), (nint)(query + (2L * heads * size)));
                var (q, addend, numbers, sum, scores) = (new float[size], new float[size], new float[size], new float[size], new float[before + 1]);
                Widen(query, q);
                Widen(bias + (head * size), addend);
                TensorPrimitives.Add(q, addend, q);
                for (var token = 0; token <= before; token++)
                {
                    Widen(token < before ? keys + At(Place(token)) : (Half*)key, numbers);
                    scores[token] = (scale * TensorPrimitives.Dot<float>(q, numbers)) + (slopes[head] * (token - before));
                }

                TensorPrimitives.Subtract(scores, TensorPrimitives.Max<float>(scores), scores);
                TensorPrimitives.SoftMax<float>(scores, scores);
                for (var token = 0; token <= before; token++)
                {
                    Widen(token < before ? values + At(Place(token)) : (Half*)value, numbers);
                    TensorPrimitives.MultiplyAdd(numbers, scores[token], sum, sum);
                }

                var result = new Span<Half>(output + ((((long)row * heads) + head) * wide), wide);
                result.Clear();
                TensorPrimitives.ConvertToHalf(sum, result);
                if (places[row] >= 0)
                {
                    Store(keys, (Half*)key).Clear();
                    Store(values, (Half*)value).Clear();
                    var folded = slopes[head] * before / scale;
                    (keys[At(places[row]) + size], keys[At(places[row]) + size + 1]) = ((Half)folded, (Half)(folded - (float)(Half)folded));
                }

                long Place(int token) => ((long)table[(row * rowBlocks) + (token / blockTokens)] * blockTokens) + (token % blockTokens);

                long At(long place) => ((place * heads) + head) * wide;

                // Returns what lies behind.
                Span<Half> Store(Half* cached, Half* from)
                {
                    var stored = new Span<Half>(cached + At(places[row]), wide);
                    new ReadOnlySpan<Half>(from, size).CopyTo(stored);
                    return stored[size..];
                }
            });
        }

        private static void Widen(Half* source, float[] destination) =>
            TensorPrimitives.ConvertToSingle(new(source, destination.Length), destination);
    }
}
