using Pipeline.Inference.Generation;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Kernels;

/// <summary>
/// The choice of greedy decoding. Input: float32 [rows, N], logits. Outputs: int64 [rows], the id of the highest, the lowest of equal ones; float32 [rows], that
/// logit; float32 [rows], log(sum(exp(logit))).
/// </summary>
internal sealed class ChooseBest() : CustomOperator(OperatorName, [DataType.Float], optional: 0, [DataType.Int64, DataType.Float, DataType.Float])
{
    public const string OperatorName = "ChooseBest";

    public override ICustomKernel Create(KernelAttributes attributes) => new Kernel();

    private sealed unsafe class Kernel : ICustomKernel
    {
        public void Compute(KernelCall call)
        {
            var (rows, width) = RowKernel.Rows(call.Shape(0));
            var logits = call.Input<float>(0);
            var ids = call.Output<long>(0, rows);
            var highest = call.Output<float>(1, rows);
            var sums = call.Output<float>(2, rows);
            call.ForRows(rows, width, (first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    var best = BestToken.Of(new(logits + (row * width), width));
                    (ids[row], highest[row], sums[row]) = (best.Id, best.Logit, (float)best.LogSumExp);
                }
            });
        }
    }
}
