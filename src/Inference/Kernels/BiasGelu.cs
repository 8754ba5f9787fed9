using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Pipeline.Inference.Cuda;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Kernels;

/// <summary>
/// GELU of value + bias for GPUs, on numbers of 16 bits: ONNX Runtime's takes almost twice the time that the memory needs. On CPUs it is there to try graphs
/// without a GPU. Inputs: float16 [.., N]; float16 [N], where N is a multiple of 8. Output: float16, like the first input. Attribute by_tanh: 1 for the
/// approximation by tanh, 0 for the error function.
/// </summary>
internal sealed class BiasGelu(ModelTarget target = ModelTarget.Cpu)
    : CustomOperator(OperatorName, [DataType.Float16, DataType.Float16], optional: 0, [DataType.Float16], target)
{
    public const string OperatorName = "BiasGelu";

    /// <summary>The width is a multiple of it.</summary>
    public const int WidthStep = 8;

    public override ICustomKernel Create(KernelAttributes attributes)
    {
        var byTanh = attributes.Integer("by_tanh");
        return Target == ModelTarget.Cuda ? new GpuKernel(byTanh) : new Kernel(byTanh == 0 ? Activation.Gelu : Activation.FastGelu);
    }

    private sealed unsafe class GpuKernel(int byTanh) : ICustomKernel
    {
        // As the kernel is written.
        private const int Threads = 256;

        // Few rows are spread over all of the device, of many each block has some.
        private const int MostRows = 8;
        private const int BlocksOfFew = 64;

        private readonly CudaKernel _kernel = CudaKernel.Load("bias_gelu");

        public void Compute(KernelCall call)
        {
            var shape = call.Shape(0);
            var (rows, width) = RowKernel.Rows(shape);
            var blockRows = Math.Clamp(rows / BlocksOfFew, 1, MostRows);
            _kernel.Launch(
                call.Stream, (rows + blockRows - 1) / blockRows, (width + (Threads * WidthStep) - 1) / (Threads * WidthStep), Threads,
                (IntPtr)call.Input<Half>(0), (IntPtr)call.Input<Half>(1), (IntPtr)call.Output<Half>(0, shape), (int)rows, (int)width, (int)blockRows, byTanh);
        }
    }

    private sealed unsafe class Kernel(Activation activation) : ICustomKernel
    {
        public void Compute(KernelCall call)
        {
            var shape = call.Shape(0);
            var (rows, width) = RowKernel.Rows(shape);
            var input = call.Input<Half>(0);
            var bias = call.Input<Half>(1);
            var output = call.Output<Half>(0, shape);
            call.ForRows(rows, width, (first, end) =>
            {
                var (added, numbers) = (new float[width], new float[width]);
                TensorPrimitives.ConvertToSingle(new(bias, (int)width), added);
                for (var row = first; row < end; row++)
                {
                    TensorPrimitives.ConvertToSingle(new(input + (row * width), (int)width), numbers);
                    TensorPrimitives.Add(numbers, added, numbers);
                    for (var i = 0; i < width; i += WidthStep)
                    {
                        VectorMath.Activate(activation, Vector256.Create(numbers, i)).CopyTo(numbers, i);
                    }

                    TensorPrimitives.ConvertToHalf(numbers, new(output + (row * width), (int)width));
                }
            });
        }
    }
}
