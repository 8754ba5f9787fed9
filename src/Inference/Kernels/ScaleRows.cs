using System.Runtime.Intrinsics;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Kernels;

/// <summary>
/// The numbers that a product of codes stands for, and what follows a linear layer: activation(scale * (product - zero point * sum of the weights' codes) *
/// weight's scale + bias) + residual. Inputs: int32 [.., N], the product; float32 [rows, 2], scale and zero point of each row (see
/// <see cref="QuantizeRows"/>); float32 [N], scales of the weights; int32 [N], sums of their codes; float32 [N], the bias; float32 [.., N], the residual. Bias
/// and residual may be left out. Output: float32 [.., N].
/// </summary>
internal sealed class ScaleRows() : CustomOperator(
    OperatorName,
    [DataType.Int32, DataType.Float, DataType.Float, DataType.Int32, DataType.Float, DataType.Float],
    optional: 2,
    [DataType.Float])
{
    public const string OperatorName = "ScaleRows";

    public override ICustomKernel Create(KernelAttributes attributes) => new Kernel((Activation)attributes.Integer("activation"));

    private sealed unsafe class Kernel(Activation activation) : ICustomKernel
    {
        public void Compute(KernelCall call)
        {
            var shape = call.Shape(0);
            var (rows, width) = RowKernel.Rows(shape);
            var product = call.Input<int>(0);
            var ranges = call.Input<float>(1);
            var scales = call.Input<float>(2);
            var sums = call.Input<int>(3);
            var bias = call.Input<float>(4);
            var residual = call.Input<float>(5);
            var output = call.Output<float>(0, shape);
            call.ForRows(rows, width, (first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    var offset = row * width;
                    Scale(
                        product + offset, ranges[2 * row], (int)ranges[(2 * row) + 1], scales, sums, bias,
                        residual is null ? null : residual + offset, output + offset, width);
                }
            });
        }

        private void Scale(
            int* product, float scale, int zeroPoint, float* scales, int* sums, float* bias, float* residual, float* output, int width)
        {
            var i = 0;
            for (; i + Vector256<float>.Count <= width; i += Vector256<float>.Count)
            {
                var exact = Vector256.Load(product + i) - (Vector256.Load(sums + i) * zeroPoint);
                var value = Vector256.ConvertToSingle(exact) * (Vector256.Load(scales + i) * scale);
                value = VectorMath.Activate(activation, bias is null ? value : value + Vector256.Load(bias + i));
                Vector256.Store(residual is null ? value : value + Vector256.Load(residual + i), output + i);
            }

            for (; i < width; i++)
            {
                var value = (product[i] - (sums[i] * zeroPoint)) * (scales[i] * scale);
                value = VectorMath.Activate(activation, Vector256.Create(bias is null ? value : value + bias[i]))[0];
                output[i] = residual is null ? value : value + residual[i];
            }
        }
    }
}
