using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Kernels;

/// <summary>
/// Puts columns in their places among others, which become minus infinity. Inputs: float32 [rows, N]; int32 [N], the place of each column. Output: float32
/// [rows, width].
/// </summary>
internal sealed class SpreadColumns() : CustomOperator(OperatorName, [DataType.Float, DataType.Int32], optional: 0, [DataType.Float])
{
    public const string OperatorName = "SpreadColumns";

    public override ICustomKernel Create(KernelAttributes attributes) => new Kernel(attributes.Integer("width"));

    private sealed unsafe class Kernel(int width) : ICustomKernel
    {
        public void Compute(KernelCall call)
        {
            var (rows, columns) = RowKernel.Rows(call.Shape(0));
            var input = call.Input<float>(0);
            var places = call.Input<int>(1);
            var output = call.Output<float>(0, rows, width);
            call.ForRows(rows, width, (first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    var target = new Span<float>(output + (row * width), width);
                    target.Fill(float.NegativeInfinity);
                    for (var column = 0; column < columns; column++)
                    {
                        target[places[column]] = input[(row * columns) + column];
                    }
                }
            });
        }
    }
}
