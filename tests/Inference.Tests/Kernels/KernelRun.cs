using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Tests.Kernels;

/// <summary>Runs one operator of ours in a graph with a single input x, which is given as float32.</summary>
internal static class KernelRun
{
    /// <param name="x">Row-major.</param>
    /// <param name="shape">Of x.</param>
    /// <param name="threads">Of the session.</param>
    /// <param name="build">The outputs and what they are.</param>
    /// <returns>The outputs as double.</returns>
    public static double[][] Of(float[] x, long[] shape, int threads, Func<GraphBuilder, GraphValue, (GraphValue Value, DataType Type)[]> build)
    {
        var folder = Directory.CreateTempSubdirectory("pipeline-kernel-").FullName;
        try
        {
            var graph = new GraphBuilder("kernel");
            GraphDimension[] dimensions = [.. shape.Select((_, i) => (GraphDimension)$"d{i}")];
            var outputs = build(graph, graph.Input("x", DataType.Float, dimensions));
            for (var i = 0; i < outputs.Length; i++)
            {
                // Rows, or all of the shape: what the operator gives is not described twice.
                graph.Output(graph.Reshape(graph.Cast(outputs[i].Value, outputs[i].Type), -1), $"y{i}", outputs[i].Type, "count");
            }

            graph.Save(folder, null, TestContext.Current.CancellationToken);
            using var session = OnnxSession.Open(Path.Combine(folder, GraphBuilder.ModelFile), threads);
            using var options = new RunOptions();
            using var input = OrtValue.CreateTensorValueFromMemory(x, shape);
            using var results = session.Run(options, ["x"], [input], [.. outputs.Select((_, i) => $"y{i}")]);
            return
            [
                .. results.Zip(outputs, (result, output) => output.Type == DataType.Int64
                    ? result.GetTensorDataAsSpan<long>().ToArray().Select(value => (double)value).ToArray()
                    : result.GetTensorDataAsSpan<float>().ToArray().Select(value => (double)value).ToArray()),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
