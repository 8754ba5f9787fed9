using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>Adds the pooling of token vectors to a graph.</summary>
internal static class Pooler
{
    /// <summary>[batch, sequence, dimensions] to [batch, dimensions]; the mask is int64 [batch, sequence], 1 = token.</summary>
    public static GraphValue Pool(GraphBuilder graph, GraphValue hidden, GraphValue mask, PoolingMode mode)
    {
        if (mode == PoolingMode.Cls)
        {
            return graph.Gather(hidden, graph.Scalar(0L), axis: 1);
        }

        // A running sum instead of ReduceSum, whose order of addition depends on batch and padding, and in float64, as it adds up one by one.
        var weight = graph.Cast(mask, DataType.Double);
        var sums = graph.CumSum(graph.Mul(graph.Cast(hidden, DataType.Double), graph.Unsqueeze(weight, 2)), axis: 1);
        var mean = graph.Div(graph.Gather(sums, graph.Scalar(-1L), axis: 1), graph.ReduceSum(weight, axis: 1, keepDimension: true));
        return graph.Cast(mean, DataType.Float);
    }
}
