using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>Adds the pooling of token vectors to a graph.</summary>
internal static class Pooler
{
    /// <summary>
    /// [batch, sequence, dimensions] to float32 [batch, dimensions]; the mask is int64 [batch, sequence], 1 = token. Every operator is as
    /// it has been since opset 11, because exported graphs keep the version that they have.
    /// </summary>
    public static GraphValue Pool(GraphBuilder graph, GraphValue hidden, GraphValue mask, PoolingMode mode)
    {
        if (mode == PoolingMode.Cls)
        {
            return graph.Cast(graph.Gather(hidden, graph.Scalar(0L), axis: 1), DataType.Float);
        }

        var final = graph.Scalar(-1L);
        if (mode == PoolingMode.Last)
        {
            var index = graph.Sub(graph.Gather(graph.CumSum(mask, axis: 1), final, axis: 1), graph.Scalar(1L));
            return graph.Cast(graph.Node("GatherND", [hidden, graph.Reshape(index, -1, 1)], ("batch_dims", 1)), DataType.Float);
        }

        // A running sum instead of ReduceSum, whose order of addition depends on batch and padding, and in float64, as it adds up one by one.
        var weight = graph.Reshape(graph.Cast(mask, DataType.Double), 0, 0, 1);
        var sums = graph.CumSum(graph.Mul(graph.Cast(hidden, DataType.Double), weight), axis: 1);
        var counts = graph.CumSum(weight, axis: 1);
        return graph.Cast(graph.Div(graph.Gather(sums, final, axis: 1), graph.Gather(counts, final, axis: 1)), DataType.Float);
    }
}
