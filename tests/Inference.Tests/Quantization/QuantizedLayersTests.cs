using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Quantization;

namespace Pipeline.Inference.Tests.Quantization;

/// <summary>The layouts against the operators themselves, run by ONNX Runtime on this machine's processor.</summary>
public sealed class QuantizedLayersTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-quantized-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(64, 48)]
    [InlineData(70, 33)]
    [InlineData(1024, 16)]
    public void Int8_products_are_those_of_the_rounded_numbers_and_within_the_bound_of_their_rounding(int k, int n)
    {
        const int Rows = 15;
        var (weights, x) = (Matrices.Random(n, k, 0.05, seed: 1), Matrices.Random(Rows, k, 1, seed: 2));
        var y = Run(k, Rows, x, (graph, input) => graph.LinearInt8(graph.Quantize(input), Matrices.Rows(weights, k)));

        for (var row = 0; row < Rows; row++)
        {
            var values = x.AsSpan(row * k, k).ToArray();
            var low = Math.Min(values.Min(), 0);
            var step = Math.Max(Math.Max(values.Max(), 0) - low, 1e-30f) * (1f / 255);
            var zero = MathF.Round(-low / step);
            var rounded = values.Select(value => (double)step * (Math.Clamp(MathF.Round(value / step) + zero, 0, 255) - zero)).ToArray();
            for (var column = 0; column < n; column++)
            {
                var w = weights.AsSpan(column * k, k).ToArray();
                var scale = Int8Weights.Scale(w);
                var codes = w.Select(weight => (double)scale * Math.Clamp(MathF.Round(weight / scale), -64, 63)).ToArray();
                var actual = y[(row * n) + column];

                var digits = 1e-6 * values.Zip(w, (a, b) => Math.Abs((double)a * b)).Sum();
                Assert.InRange(actual - rounded.Zip(codes, (a, b) => a * b).Sum(), -digits, digits);

                // Half a step for a value, and as much for the zero that all are measured from: the largest may not fit any more.
                var bound = (step * codes.Sum(Math.Abs)) + (scale / 2 * values.Sum(value => Math.Abs((double)value))) + digits;
                Assert.InRange(actual - values.Zip(w, (a, b) => (double)a * b).Sum(), -bound, bound);
            }
        }
    }

    [Theory]
    [InlineData(64, 48)]
    [InlineData(70, 33)]
    [InlineData(1024, 16)]
    public void Int4_products_are_within_the_bound_of_their_rounding(int k, int n)
    {
        const int Rows = 15;
        var (weights, x) = (Matrices.Random(n, k, 0.05, seed: 3), Matrices.Random(Rows, k, 1, seed: 4));
        var y = Run(k, Rows, x, (graph, input) => graph.LinearInt4(input, Matrices.Rows(weights, k)));
        var read = Int4WeightsTests.Dequantize(weights, k, out _);

        for (var row = 0; row < Rows; row++)
        {
            var values = x.AsSpan(row * k, k).ToArray();
            for (var column = 0; column < n; column++)
            {
                // The operator rounds activations to 127 steps of the largest of each block; the weights are exactly those of the layout.
                var w = read.AsSpan(column * k, k).ToArray();
                var bound = 1e-5 * values.Zip(w, (a, b) => Math.Abs((double)a * b)).Sum();
                for (var first = 0; first < k; first += Int4Weights.BlockSize)
                {
                    var last = Math.Min(first + Int4Weights.BlockSize, k);
                    bound += values[first..last].Max(Math.Abs) / 127.0 / 2 * 1.001 * w[first..last].Sum(Math.Abs);
                }

                Assert.InRange(y[(row * n) + column] - values.Zip(w, (a, b) => (double)a * b).Sum(), -bound, bound);
            }
        }
    }

    [Fact]
    public void Int4_weights_are_read_as_the_layout_says()
    {
        // Each row of x picks one column of the weights, and one number alone in its block is quantised without loss.
        const int K = 70, N = 33;
        var weights = Matrices.Random(N, K, 0.05, seed: 5);
        var identity = new float[K * K];
        for (var i = 0; i < K; i++)
        {
            identity[(i * K) + i] = 127;
        }

        var y = Run(K, K, identity, (graph, input) => graph.LinearInt4(input, Matrices.Rows(weights, K)));

        var read = Int4WeightsTests.Dequantize(weights, K, out _);
        Assert.All(Enumerable.Range(0, K * N), i => Assert.Equal(127 * read[(i % N * K) + (i / N)], y[i], 1e-4f));
    }

    [Fact]
    public void The_layout_of_int8_serves_DynamicQuantizeMatMul_too()
    {
        const int K = 70, N = 33, Rows = 4;
        var (weights, x) = (Matrices.Random(N, K, 0.05, seed: 6), Matrices.Random(Rows, K, 1, seed: 7));
        var matrix = Matrices.Rows(weights, K);
        var (scales, _) = Int8Weights.Measure(matrix);
        var y = Run(K, Rows, x, (graph, input) => graph.Node(
            $"{GraphBuilder.Microsoft}.DynamicQuantizeMatMul",
            [
                input,
                graph.Weight("codes", DataType.Int8, [K, N], writer => Int8Weights.WriteTransposed(matrix, scales, writer.Write)),
                graph.Weight("scales", DataType.Float, [N], writer => writer.Write(scales)),
            ]));

        // The operator takes one scale for all rows of x together.
        var step = (x.Max() - x.Min()) / 255.0;
        for (var i = 0; i < y.Length; i++)
        {
            var (values, w) = (x.AsSpan(i / N * K, K).ToArray(), weights.AsSpan(i % N * K, K).ToArray());
            var bound = (step / 2 * 1.01 * w.Sum(Math.Abs)) + ((scales[i % N] / 2) * (values.Sum(Math.Abs) + (K * step)));
            Assert.InRange(y[i] - values.Zip(w, (a, b) => (double)a * b).Sum(), -bound, bound);
        }
    }

    [Theory]
    [InlineData(nameof(QuantizedLayers.LinearInt8), 1)]
    [InlineData(nameof(QuantizedLayers.LinearInt8), 2)]
    [InlineData(nameof(QuantizedLayers.LinearInt4), 1)]
    [InlineData(nameof(QuantizedLayers.LinearInt4), 2)]
    public void A_row_alone_and_in_any_batch_gives_the_same_bits(string layer, int threads)
    {
        const int K = 256, N = 160, Rows = 70;
        var (matrix, x) = (Matrices.Rows(Matrices.Random(N, K, 0.05, seed: 8), K), Matrices.Random(Rows, K, 1, seed: 9));
        using var session = Open(K, (graph, input) => layer == nameof(QuantizedLayers.LinearInt8)
            ? graph.LinearInt8(graph.Quantize(input), matrix)
            : graph.LinearInt4(input, matrix), threads);
        var all = Run(session, [Rows, K], x);

        foreach (var count in new[] { 1, 2, 3, 4, 5, 7, 8, 13, 16, 17, 32, 33, 64 })
        {
            foreach (var first in new[] { 0, 1, Rows - count })
            {
                Assert.Equal(all[(first * N)..((first + count) * N)], Run(session, [count, K], x[(first * K)..((first + count) * K)]));
            }
        }
    }

    [Theory]
    [InlineData(nameof(QuantizedLayers.LinearInt8))]
    [InlineData(nameof(QuantizedLayers.LinearInt4))]
    public void A_batch_of_sequences_is_a_batch_of_rows(string layer)
    {
        const int K = 64, N = 48;
        var (matrix, x) = (Matrices.Rows(Matrices.Random(N, K, 0.05, seed: 10), K), Matrices.Random(6, K, 1, seed: 11));
        Func<GraphBuilder, GraphValue, GraphValue> build = (graph, input) => layer == nameof(QuantizedLayers.LinearInt8)
            ? graph.LinearInt8(graph.Quantize(input), matrix)
            : graph.LinearInt4(input, matrix);
        using var flat = Open(K, build);
        using var sequences = Open(K, build, dimensions: ["batch", "sequence", K]);

        Assert.Equal(Run(flat, [6, K], x), Run(sequences, [2, 3, K], x));
    }

    [Fact]
    public void A_table_in_int8_gives_the_rows_asked_for()
    {
        const int Rows = 20, Columns = 33;
        var values = Matrices.Random(Rows, Columns, 1, seed: 12);
        var graph = new GraphBuilder("lookup");
        var ids = graph.Input("x", DataType.Int64, "batch", "tokens");
        graph.Output(graph.LookupInt8(Matrices.Rows(values, Columns), ids), "y", DataType.Float, "batch", "tokens", Columns);
        using var session = Save(graph, threads: 1);
        using var input = OrtValue.CreateTensorValueFromMemory(new long[] { 3, 19, 6, 3, 0, 1 }, [2, 3]);
        using var options = new RunOptions();
        using var results = session.Run(options, ["x"], [input], ["y"]);

        Assert.Equal([2, 3, Columns], results[0].GetTensorTypeAndShape().Shape);
        var y = results[0].GetTensorDataAsSpan<float>().ToArray();
        foreach (var (id, position) in new[] { 3, 19, 6, 3, 0, 1 }.Select((id, position) => (id, position)))
        {
            var row = values.AsSpan(id * Columns, Columns).ToArray();
            Assert.All(row.Zip(y.AsSpan(position * Columns, Columns).ToArray()), pair =>
                Assert.InRange(Math.Abs(pair.First - pair.Second), 0, Int8Table.Scale(row) * 0.50001));
        }
    }

    private float[] Run(int k, int rows, float[] x, Func<GraphBuilder, GraphValue, GraphValue> build)
    {
        using var session = Open(k, build);
        return Run(session, [rows, k], x);
    }

    private static float[] Run(InferenceSession session, long[] shape, float[] x)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(x, shape);
        using var options = new RunOptions();
        using var results = session.Run(options, ["x"], [input], ["y"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private InferenceSession Open(int k, Func<GraphBuilder, GraphValue, GraphValue> build, int threads = 1, GraphDimension[]? dimensions = null)
    {
        var graph = new GraphBuilder("layer");
        var input = graph.Input("x", DataType.Float, dimensions ?? ["rows", k]);
        graph.Output(build(graph, input), "y", DataType.Float, dimensions is null ? ["rows", "n"] : ["batch", "sequence", "n"]);
        return Save(graph, threads);
    }

    private InferenceSession Save(GraphBuilder graph, int threads)
    {
        var folder = _folder.CreateSubdirectory(Guid.NewGuid().ToString("n")).FullName;
        graph.Save(folder, null, TestContext.Current.CancellationToken);
        return OnnxSession.Open(Path.Combine(folder, GraphBuilder.ModelFile), threads);
    }
}
