using System.Runtime.Intrinsics;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Kernels;

/// <summary>
/// LayerNorm of each row, (x - mean) / sqrt(variance + epsilon) * weight + bias (Ba et al. 2016, arXiv 1607.06450); or, without a bias, RMSNorm,
/// x / sqrt(mean of the squares + epsilon) * weight (Zhang and Sennrich 2019, arXiv 1910.07467). Inputs: float32 [.., N]; float32 [N], the weight; float32
/// [N], the bias. Output: float32 [.., N].
/// </summary>
internal sealed class NormalizeRows() : CustomOperator(
    OperatorName, [DataType.Float, DataType.Float, DataType.Float], optional: 1, [DataType.Float])
{
    public const string OperatorName = "NormalizeRows";

    public override ICustomKernel Create(KernelAttributes attributes) => new Kernel(attributes.Float("epsilon"));

    private sealed unsafe class Kernel(float epsilon) : ICustomKernel
    {
        public void Compute(KernelCall call)
        {
            var shape = call.Shape(0);
            var (rows, width) = RowKernel.Rows(shape);
            var input = call.Input<float>(0);
            var weight = call.Input<float>(1);
            var bias = call.Input<float>(2);
            var output = call.Output<float>(0, shape);
            call.ForRows(rows, width, (first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    Normalize(input + (row * width), weight, bias, output + (row * width), width);
                }
            });
        }

        private void Normalize(float* input, float* weight, float* bias, float* output, int width)
        {
            var mean = bias is null ? 0 : Sum(input, 0, squared: false, width) / width;
            var factor = 1 / MathF.Sqrt((Sum(input, mean, squared: true, width) / width) + epsilon);
            var i = 0;
            for (; i + Vector256<float>.Count <= width; i += Vector256<float>.Count)
            {
                var value = (Vector256.Load(input + i) - Vector256.Create(mean)) * factor * Vector256.Load(weight + i);
                Vector256.Store(bias is null ? value : value + Vector256.Load(bias + i), output + i);
            }

            for (; i < width; i++)
            {
                var value = (input[i] - mean) * factor * weight[i];
                output[i] = bias is null ? value : value + bias[i];
            }
        }

        /// <summary>The sum of the distances from a mean, or of their squares.</summary>
        private static float Sum(float* input, float mean, bool squared, int width)
        {
            Vector256<float> a = default, b = default, c = default, d = default;
            var means = Vector256.Create(mean);
            var i = 0;
            for (; i + 32 <= width; i += 32)
            {
                a = Add(Vector256.Load(input + i) - means, a);
                b = Add(Vector256.Load(input + i + 8) - means, b);
                c = Add(Vector256.Load(input + i + 16) - means, c);
                d = Add(Vector256.Load(input + i + 24) - means, d);
            }

            var sum = Vector256.Sum(a + b + (c + d));
            for (; i < width; i++)
            {
                var distance = input[i] - mean;
                sum += squared ? distance * distance : distance;
            }

            return sum;

            Vector256<float> Add(Vector256<float> distances, Vector256<float> total) =>
                squared ? Vector256.FusedMultiplyAdd(distances, distances, total) : distances + total;
        }
    }
}
