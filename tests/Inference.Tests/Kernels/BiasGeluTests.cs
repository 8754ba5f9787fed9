using Pipeline.Inference.Kernels;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Tests.Kernels;

/// <summary>The operator on the CPU. On a GPU it has to say the same.</summary>
public sealed class BiasGeluTests
{
    private const int Width = 24;

    // Half of the distance of two numbers of 16 bits, as a part of them; and of the smallest ones.
    private const double Rounding = 1.0 / 2048;
    private const double Smallest = 3e-8;

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 3000)]
    public void Values_are_those_of_the_error_function_or_of_tanh_as_far_as_16_bits_can_say(int threads, int rows)
    {
        var random = new Random(8);
        // Most are where the functions bend, some where nothing or all is left.
        float[] x = [.. Enumerable.Range(0, rows * Width).Select(i => Rounded((random.NextDouble() - 0.5) * (i % 5 == 0 ? 30 : 8)))];
        float[] bias = [.. Enumerable.Range(0, Width).Select(i => Rounded((i - 12) * 0.13))];
        (x[0], x[Width + 5]) = (Rounded(60_000), Rounded(-60_000));

        // Two dimensions before the last are rows as well.
        var results = KernelRun.Of(x, [rows / 3, 3, Width], threads, (graph, input) => [Node(graph, input, 0), Node(graph, input, 1)]);

        for (var i = 0; i < x.Length; i++)
        {
            var value = (double)x[i] + bias[i % Width];
            Check(value * 0.5 * (1 + Erf(value / Math.Sqrt(2))), results[0][i]);
            Check(value * 0.5 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (value + (0.044715 * value * value * value)))), results[1][i]);
        }

        (GraphValue, DataType) Node(GraphBuilder graph, GraphValue input, int byTanh) => (
            graph.Node(
                $"{CustomDomain.Name}.{BiasGelu.OperatorName}",
                [graph.Cast(input, DataType.Float16), graph.Cast(graph.Constant(bias), DataType.Float16)], ("by_tanh", byTanh)),
            DataType.Float);

        static void Check(double expected, double actual) => Assert.InRange(actual - expected, -Loss(expected), Loss(expected));

        // The functions themselves are within 1e-6 of a value.
        static double Loss(double expected) => (Math.Abs(expected) * Rounding) + Smallest + 1e-6;
    }

    [Fact]
    public void A_number_that_is_none_stays_visible()
    {
        var x = new float[2 * Width];
        x[Width + 3] = float.NaN;

        var results = KernelRun.Of(x, [2, Width], 1, (graph, input) => [.. new[] { 0, 1 }.Select(byTanh => (
            graph.Node(
                $"{CustomDomain.Name}.{BiasGelu.OperatorName}",
                [graph.Cast(input, DataType.Float16), graph.Cast(graph.Constant(new float[Width]), DataType.Float16)], ("by_tanh", byTanh)),
            DataType.Float))]);

        Assert.All(results, result => Assert.Equal([Width + 3], Enumerable.Range(0, result.Length).Where(i => double.IsNaN(result[i]))));
    }

    private static float Rounded(double value) => (float)(Half)value;

    /// <summary>2 / √π times the sum of (-1)^n z^(2n+1) / (n! (2n+1)).</summary>
    private static double Erf(double z)
    {
        if (Math.Abs(z) > 4.5)
        {
            // Within 2e-10.
            return Math.Sign(z);
        }

        var (sum, term) = (z, z);
        for (var n = 1; n < 120; n++)
        {
            term *= -z * z / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
