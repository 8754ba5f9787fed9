using Pipeline.Inference.Kernels;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Tests.Cuda;

/// <summary>Kernels for GPUs that work on rows say what their operators say on CPUs.</summary>
public sealed class RowKernelTests(EmulatedGpu gpu) : IClassFixture<EmulatedGpu>
{
    [Theory]
    [InlineData(1, 8)]
    [InlineData(3, 2056)]
    [InlineData(129, 24)]
    [InlineData(1030, 40)]
    public void Gelu_is_that_of_the_cpu(int rows, int width)
    {
        var random = new Random(rows);
        Half[] x = [.. Enumerable.Range(0, rows * width).Select(_ => (Half)((random.NextDouble() - 0.5) * 16))];
        Half[] bias = [.. Enumerable.Range(0, width).Select(_ => (Half)(random.NextDouble() - 0.5))];
        for (var byTanh = 0; byTanh < 2; byTanh++)
        {
            var (emulated, expected) = gpu.Run(
                BiasGelu.OperatorName, [("by_tanh", byTanh)], [(x, [rows, width]), (bias, [width])], DataType.Float16);

            // Within one rounding to 16 bits, and what the kernel's polynomial is off.
            Assert.All(emulated[0].Zip(expected[0]), pair => Assert.InRange(pair.First - pair.Second, -Loss(pair.Second), Loss(pair.Second)));
        }

        static double Loss(double number) => (Math.Abs(number) / 1024) + 2e-6;
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(3, 7)]
    [InlineData(2, 8200)]
    [InlineData(2, 2501)]
    public void The_choice_is_that_of_the_cpu(int rows, int width)
    {
        var random = new Random(width);
        // So few different numbers that the highest is there several times.
        Half[] logits = [.. Enumerable.Range(0, rows * width).Select(_ => (Half)(random.Next(9) - 20))];

        var (emulated, expected) = gpu.Run(ChooseBest.OperatorName, [], [(logits, [rows, width])], DataType.Int64, DataType.Float, DataType.Float);

        Assert.Equal(expected[0], emulated[0]);
        Assert.Equal(expected[1], emulated[1]);
        Assert.All(emulated[2].Zip(expected[2]), pair => Assert.InRange(pair.First, pair.Second - 1e-5, pair.Second + 1e-5));
    }
}
