using System.Numerics.Tensors;
using Pipeline.Inference.Cuda;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Kernels;

/// <summary>
/// The choice of greedy decoding. Input: [rows, N], logits. Outputs: int64 [rows], the id of the highest, the lowest of equal ones; float32 [rows], that
/// logit; float32 [rows], log(sum(exp(logit))).
/// </summary>
/// <param name="type">Of the logits: float32 or float16, on a GPU float16.</param>
/// <param name="target">Where it runs.</param>
internal sealed class ChooseBest(DataType type, ModelTarget target = ModelTarget.Cpu)
    : CustomOperator(OperatorName, [type], optional: 0, [DataType.Int64, DataType.Float, DataType.Float], target)
{
    public const string OperatorName = "ChooseBest";

    private readonly DataType _type = type;

    public override ICustomKernel Create(KernelAttributes attributes) => Target == ModelTarget.Cuda ? new GpuKernel() : new Kernel(_type);

    private sealed unsafe class Kernel(DataType type) : ICustomKernel
    {
        public void Compute(KernelCall call)
        {
            var (rows, width) = RowKernel.Rows(call.Shape(0));
            var logits = call.Input<byte>(0);
            var ids = call.Output<long>(0, rows);
            var highest = call.Output<float>(1, rows);
            var sums = call.Output<float>(2, rows);
            call.ForRows(rows, width, (first, end) =>
            {
                var widened = new float[type == DataType.Float16 ? width : 0];
                for (var row = first; row < end; row++)
                {
                    var best = BestToken.Of(Read(logits, row * width, width, widened));
                    (ids[row], highest[row], sums[row]) = (best.Id, best.Logit, (float)best.LogSumExp);
                }
            });
        }

        private static ReadOnlySpan<float> Read(byte* logits, long from, int width, float[] widened)
        {
            if (widened.Length == 0)
            {
                return new((float*)logits + from, width);
            }

            TensorPrimitives.ConvertToSingle(new((Half*)logits + from, width), widened);
            return widened;
        }
    }

    private sealed unsafe class GpuKernel : ICustomKernel
    {
        // As the kernel is written.
        private const int Threads = 1024;

        private readonly CudaKernel _kernel = CudaKernel.Load("choose_best");

        public void Compute(KernelCall call)
        {
            var (rows, width) = RowKernel.Rows(call.Shape(0));
            _kernel.Launch(
                call.Stream, rows, 1, Threads, (IntPtr)call.Input<Half>(0), (IntPtr)call.Output<long>(0, rows), (IntPtr)call.Output<float>(1, rows),
                (IntPtr)call.Output<float>(2, rows), (int)width);
        }
    }
}
