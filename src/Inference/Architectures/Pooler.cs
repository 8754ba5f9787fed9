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

        var weight = graph.Cast(mask, DataType.Float);
        var sum = graph.ReduceSum(graph.Mul(hidden, graph.Unsqueeze(weight, 2)), axis: 1, keepDimension: false);
        return graph.Div(sum, graph.ReduceSum(weight, axis: 1, keepDimension: true));
    }
}
