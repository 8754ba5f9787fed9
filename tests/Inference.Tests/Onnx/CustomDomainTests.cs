using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Kernels;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Tests.Onnx;

/// <summary>Operators of our own, run by ONNX Runtime.</summary>
public sealed class CustomDomainTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-custom-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Rows_are_normalised_by_their_mean_and_variance_or_by_their_squares_alone(int threads)
    {
        const int Width = 70, Rows = 2000;
        var random = new Random(4);
        float[] x = [.. Enumerable.Range(0, Rows * Width).Select(_ => (float)random.NextDouble() * 3)];
        float[] weight = [.. Enumerable.Range(0, Width).Select(i => 0.5f + (i * 0.01f))];
        float[] bias = [.. Enumerable.Range(0, Width).Select(i => i * 0.1f)];
        using var session = Open(threads, (graph, input) =>
        {
            var (w, b) = (graph.Constant(weight), graph.Constant(bias));
            return [graph.Normalize(input, w, b, 1e-5f), graph.Normalize(input, w, GraphValue.None, 1e-5f)];
        }, Width);

        var (layer, rms) = Run(session, x, Rows, Width);

        for (var row = 0; row < Rows; row++)
        {
            var values = x.AsSpan(row * Width, Width).ToArray().Select(value => (double)value).ToArray();
            var (mean, squares) = (values.Average(), values.Average(value => value * value));
            for (var i = 0; i < Width; i++)
            {
                Assert.Equal(((values[i] - mean) / Math.Sqrt(squares - (mean * mean) + 1e-5) * weight[i]) + bias[i], layer[(row * Width) + i], 1e-5);
                Assert.Equal(values[i] / Math.Sqrt(squares + 1e-5) * weight[i], rms[(row * Width) + i], 1e-5);
            }
        }
    }

    [Fact]
    public void What_a_kernel_throws_is_what_the_run_throws()
    {
        using var session = Open(1, (graph, input) =>
        {
            var keys = graph.Node("Cast", [graph.Reshape(input, 1, 1, 12, -1)], ("to", (int)DataType.Int8));
            var last = graph.Node("Cast", [graph.Constant([0L])], ("to", (int)DataType.Int32));
            return [graph.CachedAttention(graph.Reshape(input, 1, 1, -1), keys, keys, last, GraphValue.None, null, 1, 1, 8)];
        }, 144);

        var thrown = Assert.Throws<OnnxRuntimeException>(() => Run(session, new float[144], 1, 144));

        Assert.Contains("room for 12 do not fit attention with 1 heads of 8", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Activation.None, 1.5, 1.5)]
    [InlineData(Activation.Gelu, 1.5, 1.39978919)]
    [InlineData(Activation.Gelu, -1.5, -0.10021081)]
    [InlineData(Activation.Gelu, -6.0, -5.9195e-9)]
    [InlineData(Activation.FastGelu, 1.5, 1.39957155)]
    [InlineData(Activation.FastGelu, -1.5, -0.10042842)]
    [InlineData(Activation.Silu, 1.5, 1.22636175)]
    [InlineData(Activation.Silu, -20.0, -4.122307e-8)]
    internal void Activations_have_their_values(Activation activation, double x, double expected) => Assert.Equal(
        expected, VectorMath.Activate(activation, System.Runtime.Intrinsics.Vector256.Create((float)x))[5], 3e-7 + (1e-6 * Math.Abs(expected)));

    private InferenceSession Open(int threads, Func<GraphBuilder, GraphValue, GraphValue[]> build, int width)
    {
        var graph = new GraphBuilder("custom");
        var outputs = build(graph, graph.Input("x", DataType.Float, "rows", width));
        for (var i = 0; i < outputs.Length; i++)
        {
            graph.Output(outputs[i], $"y{i}", DataType.Float, "rows", width);
        }

        graph.Save(_folder.FullName, null, TestContext.Current.CancellationToken);
        return OnnxSession.Open(Path.Combine(_folder.FullName, GraphBuilder.ModelFile), threads);
    }

    private static (float[] First, float[] Last) Run(InferenceSession session, float[] x, int rows, int width)
    {
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(x, [rows, width]);
        using var results = session.Run(options, ["x"], [input], [.. session.OutputMetadata.Keys.Order()]);
        return (results[0].GetTensorDataAsSpan<float>().ToArray(), results[^1].GetTensorDataAsSpan<float>().ToArray());
    }
}
