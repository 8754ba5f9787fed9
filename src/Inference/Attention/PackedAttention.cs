using System.Numerics;
using System.Numerics.Tensors;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Attention;

/// <summary>
/// ONNX Runtime's operator of this name, which it has for GPUs, on CPUs: so that a graph for a GPU can be tried, and run in need, without one. It computes
/// in float32; not fast.
/// </summary>
/// <typeparam name="T">Half or float.</typeparam>
/// <param name="type">The same, as ONNX calls it.</param>
/// <remarks>The inputs, outputs and attributes that our graphs use; see <see cref="GraphOperators.PackedMultiHeadAttention"/>. Others are refused.</remarks>
internal sealed class PackedAttention<T>(DataType type) : CustomOperator(
    PackedAttention.OperatorName, [type, type, type, type, DataType.Int32, DataType.Int32], optional: 3, [type])
    where T : unmanaged, INumberBase<T>
{
    private const int Query = 0;
    private const int Key = 1;
    private const int Value = 2;
    private const int Bias = 3;
    private const int TokenOffset = 4;
    private const int CumulativeLengths = 5;

    public override ICustomKernel Create(KernelAttributes attributes) => new Kernel(attributes.Integer("num_heads"));

    private sealed unsafe class Kernel(int heads) : ICustomKernel
    {
        public void Compute(KernelCall call)
        {
            var (tokens, width) = ((int)call.Shape(Query)[0], (int)call.Shape(Query)[1]);
            var (rows, longest) = ((int)call.Shape(TokenOffset)[0], (int)call.Shape(TokenOffset)[1]);
            if (width % heads != 0 || call.Input<T>(Bias) is not null)
            {
                throw new InvalidOperationException($"Tokens of {width} numbers, or a bias, do not fit attention with {heads} heads.");
            }

            var starts = call.Input<int>(CumulativeLengths);
            CheckPlaces(new(starts, rows + 1), new(call.Input<int>(TokenOffset), rows * longest), tokens, longest);
            var queries = call.Input<T>(Query);
            var keys = call.Input<T>(Key);
            var values = call.Input<T>(Value);
            var output = call.Output<T>(0, tokens, width);
            var headSize = width / heads;
            var scale = 1 / MathF.Sqrt(headSize);
            call.Parallel(rows * heads, task =>
            {
                var (row, head) = (task / heads, task % heads);
                var (first, count) = (starts[row], starts[row + 1] - starts[row]);
                var (rowQueries, rowKeys, rowValues) = (Gather(queries), Gather(keys), Gather(values));
                var (scores, sum) = (new float[count], new float[headSize]);
                for (var i = 0; i < count; i++)
                {
                    for (var j = 0; j < count; j++)
                    {
                        scores[j] = scale * TensorPrimitives.Dot<float>(
                            rowQueries.AsSpan(i * headSize, headSize), rowKeys.AsSpan(j * headSize, headSize));
                    }

                    // Scores may be beyond what the exponential function takes.
                    TensorPrimitives.Subtract(scores, TensorPrimitives.Max<float>(scores), scores);
                    TensorPrimitives.SoftMax<float>(scores, scores);
                    Array.Clear(sum);
                    for (var j = 0; j < count; j++)
                    {
                        TensorPrimitives.MultiplyAdd(rowValues.AsSpan(j * headSize, headSize), scores[j], sum, sum);
                    }

                    TensorPrimitives.ConvertTruncating<float, T>(sum, new(output + ((long)(first + i) * width) + (head * headSize), headSize));
                }

                float[] Gather(T* source)
                {
                    var gathered = new float[count * headSize];
                    for (var i = 0; i < count; i++)
                    {
                        var token = source + ((long)(first + i) * width) + (head * headSize);
                        TensorPrimitives.ConvertTruncating<T, float>(new(token, headSize), gathered.AsSpan(i * headSize));
                    }

                    return gathered;
                }
            });
        }

        /// <summary>Some kernels of GPUs go by the offsets alone, and read and write where they say.</summary>
        private static void CheckPlaces(ReadOnlySpan<int> starts, ReadOnlySpan<int> offsets, int tokens, int longest)
        {
            var isValid = starts[0] == 0 && starts[^1] == tokens && tokens <= offsets.Length;
            for (var row = 0; isValid && row < starts.Length - 1; row++)
            {
                var count = starts[row + 1] - starts[row];
                isValid = count >= 0 && count <= longest;
                for (var i = 0; isValid && i < count; i++)
                {
                    isValid = offsets[starts[row] + i] == (row * longest) + i;
                }
            }

            if (!isValid)
            {
                throw new InvalidOperationException($"The offsets or lengths of the texts do not fit {tokens} tokens.");
            }
        }
    }
}

/// <summary>What both types have in common.</summary>
internal static class PackedAttention
{
    public const string OperatorName = "PackedMultiHeadAttention";
}
