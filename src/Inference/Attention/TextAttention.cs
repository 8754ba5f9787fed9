using System.Numerics.Tensors;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Attention;

/// <summary>
/// Attention of encoders for GPUs: each token sees all of its text; the tokens of several texts lie one behind the other. It adds the queries' bias, for which
/// ONNX Runtime's operator would need a pass of its own. On CPUs it is there to try graphs without a GPU.
/// </summary>
/// <remarks>
/// Inputs: float16 [tokens, 3 * hidden], queries, keys and values; float16 [hidden], the queries' bias; int32 [texts, longest], of which only the shape is
/// read; int32 [texts + 1], where each text's tokens begin, and where the last text's end. Output: float16 [tokens, hidden]. Attributes: heads, head_size.
/// </remarks>
internal sealed class TextAttention(ModelTarget target = ModelTarget.Cpu) : CustomOperator(
    OperatorName, [DataType.Float16, DataType.Float16, DataType.Int32, DataType.Int32], optional: 0, [DataType.Float16], target)
{
    public const string OperatorName = "TextAttention";

    private const int LaneNumbers = 8;
    private const int MostNumbers = 64;

    /// <summary>Whether there are kernels for heads of so many numbers.</summary>
    public static bool Takes(int headSize) => headSize <= MostNumbers && headSize % LaneNumbers == 0;

    public override ICustomKernel Create(KernelAttributes attributes)
    {
        var (heads, size) = (attributes.Integer("heads"), attributes.Integer("head_size"));
        if (!Takes(size))
        {
            throw new InvalidOperationException($"Heads of {size} numbers can't be run; multiples of {LaneNumbers} up to {MostNumbers} can.");
        }

        return Target == ModelTarget.Cuda ? new GpuKernel(heads, size) : new Kernel(heads, size);
    }

    private static float Scale(int size) => 1 / MathF.Sqrt(size);

    private readonly unsafe struct Arguments(KernelCall call, int hidden)
    {
        public int Tokens { get; } = (int)call.Shape(0)[0];

        public int Texts { get; } = (int)call.Shape(2)[0];

        public int Longest { get; } = (int)call.Shape(2)[1];

        public Half* Input { get; } = call.Shape(0)[1] == 3 * hidden
            ? call.Input<Half>(0)
            : throw new InvalidOperationException($"Tokens of {call.Shape(0)[1]} numbers are no queries, keys and values of {hidden}.");

        public Half* Bias { get; } = call.Input<Half>(1);

        public int* Starts { get; } = call.Input<int>(3);

        public Half* Output { get; } = call.Output<Half>(0, call.Shape(0)[0], hidden);
    }

    private sealed unsafe class GpuKernel(int heads, int size) : ICustomKernel
    {
        private readonly ManyTokensKernel _kernel = new("text", heads, size, Scale(size));

        public void Compute(KernelCall call)
        {
            var a = new Arguments(call, heads * size);
            _kernel.Launch(call.Stream, a.Input, a.Bias, a.Starts, null, a.Output, a.Texts, a.Longest);
        }
    }

    private sealed unsafe class Kernel(int heads, int size) : ICustomKernel
    {
        public void Compute(KernelCall call)
        {
            var a = new Arguments(call, heads * size);
            if (a.Starts[0] != 0 || a.Starts[a.Texts] != a.Tokens)
            {
                throw new InvalidOperationException($"The {a.Texts} texts have tokens {a.Starts[0]} to {a.Starts[a.Texts]} of {a.Tokens}.");
            }

            call.Parallel(a.Texts * heads, task => Attend(a, task / heads, task % heads));
        }

        private void Attend(Arguments a, int text, int head)
        {
            var (first, count, hidden) = (a.Starts[text], a.Starts[text + 1] - a.Starts[text], heads * size);
            if (count < 0 || count > a.Longest)
            {
                throw new InvalidOperationException($"Text {text} of {a.Texts} has {count} tokens, and none should have more than {a.Longest}.");
            }

            float[] queries = Read(0), keys = Read(1), values = Read(2), bias = new float[size], scores = new float[count], sum = new float[size];
            TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>(a.Bias + (head * size), size), bias);
            for (var i = 0; i < count; i++)
            {
                var query = queries.AsSpan(i * size, size);
                TensorPrimitives.Add(query, bias, query);
                for (var j = 0; j < count; j++)
                {
                    scores[j] = Scale(size) * TensorPrimitives.Dot<float>(query, keys.AsSpan(j * size, size));
                }

                // Scores may be beyond what the exponential function takes.
                TensorPrimitives.Subtract(scores, TensorPrimitives.Max<float>(scores), scores);
                TensorPrimitives.SoftMax<float>(scores, scores);
                Array.Clear(sum);
                for (var j = 0; j < count; j++)
                {
                    TensorPrimitives.MultiplyAdd(values.AsSpan(j * size, size), scores[j], sum, sum);
                }

                TensorPrimitives.ConvertToHalf(sum, new(a.Output + ((long)(first + i) * hidden) + (head * size), size));
            }

            // The head's queries (0), keys (1) or values (2).
            float[] Read(int part)
            {
                var numbers = new float[count * size];
                for (var i = 0; i < count; i++)
                {
                    var token = a.Input + ((((long)(first + i) * 3) + part) * hidden) + (head * size);
                    TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>(token, size), numbers.AsSpan(i * size));
                }

                return numbers;
            }
        }
    }
}
