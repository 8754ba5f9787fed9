using Pipeline.Inference.Architectures;
using Pipeline.Inference.Attention;
using Pipeline.Inference.Kernels;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Onnx;

/// <summary>The operators that our graphs are made of, in the names and the order of inputs of their specifications.</summary>
internal static class GraphOperators
{
    public static GraphValue Add(this GraphBuilder graph, GraphValue a, GraphValue b) => graph.Node("Add", [a, b]);

    public static GraphValue Sub(this GraphBuilder graph, GraphValue a, GraphValue b) => graph.Node("Sub", [a, b]);

    public static GraphValue Mul(this GraphBuilder graph, GraphValue a, GraphValue b) => graph.Node("Mul", [a, b]);

    public static GraphValue Div(this GraphBuilder graph, GraphValue a, GraphValue b) => graph.Node("Div", [a, b]);

    /// <summary><paramref name="a"/> [.., M, K] by <paramref name="b"/> [K, N].</summary>
    public static GraphValue MatMul(this GraphBuilder graph, GraphValue a, GraphValue b) => graph.Node("MatMul", [a, b]);

    /// <summary><paramref name="a"/> [M, K] by the transpose of <paramref name="b"/> [N, K].</summary>
    public static GraphValue GemmTransposed(this GraphBuilder graph, GraphValue a, GraphValue b) =>
        graph.Node("Gemm", [a, b], ("transB", 1));

    public static GraphValue Cast(this GraphBuilder graph, GraphValue value, DataType type) =>
        graph.Node("Cast", [value], ("to", (int)type));

    public static GraphValue Gather(this GraphBuilder graph, GraphValue data, GraphValue indices, int axis = 0) =>
        graph.Node("Gather", [data, indices], ("axis", axis));

    /// <summary>0 keeps a dimension of the input, -1 takes what is left.</summary>
    public static GraphValue Reshape(this GraphBuilder graph, GraphValue value, params ReadOnlySpan<long> shape) =>
        graph.Node("Reshape", [value, graph.Constant(shape)]);

    public static GraphValue Unsqueeze(this GraphBuilder graph, GraphValue value, params ReadOnlySpan<long> axes) =>
        graph.Node("Unsqueeze", [value, graph.Constant(axes)]);

    /// <summary>Length of one dimension, as a scalar.</summary>
    public static GraphValue Size(this GraphBuilder graph, GraphValue value, int axis) =>
        graph.Node("Squeeze", [graph.Node("Shape", [value], ("start", axis), ("end", axis + 1))]);

    /// <summary>0, 1, .. up to a scalar that is not reached.</summary>
    public static GraphValue Range(this GraphBuilder graph, GraphValue count) =>
        graph.Node("Range", [graph.Scalar(0L), count, graph.Scalar(1L)]);

    /// <summary>Part of a vector; a negative end counts from behind.</summary>
    public static GraphValue Slice(this GraphBuilder graph, GraphValue vector, long start, long end) =>
        graph.Node("Slice", [vector, graph.Constant([start]), graph.Constant([end])]);

    public static GraphValue ReduceSum(this GraphBuilder graph, GraphValue value, long axis, bool keepDimension) =>
        graph.Node("ReduceSum", [value, graph.Constant([axis])], ("keepdims", keepDimension ? 1 : 0));

    public static GraphValue CumSum(this GraphBuilder graph, GraphValue value, long axis) =>
        graph.Node("CumSum", [value, graph.Scalar(axis)]);

    /// <summary>Over the last axis.</summary>
    public static GraphValue LayerNormalization(this GraphBuilder graph, GraphValue value, GraphValue weight, GraphValue bias, float epsilon) =>
        graph.Node("LayerNormalization", [value, weight, bias], ("axis", -1), ("epsilon", epsilon));

    /// <summary>LayerNorm, or without a bias RMSNorm, over the last axis of a float32 value, on CPUs; see <see cref="NormalizeRows"/>.</summary>
    public static GraphValue Normalize(this GraphBuilder graph, GraphValue value, GraphValue weight, GraphValue bias, float epsilon) =>
        graph.Node($"{CustomDomain.Name}.{NormalizeRows.OperatorName}", [value, weight, bias], ("epsilon", epsilon));

    /// <summary>LayerNorm(input + skip + bias), and that sum when <paramref name="sum"/> asks for it; made for GPUs.</summary>
    public static (GraphValue Output, GraphValue Sum) SkipLayerNormalization(
        this GraphBuilder graph,
        GraphValue input,
        GraphValue skip,
        GraphValue weight,
        GraphValue normBias,
        GraphValue inputBias,
        float epsilon,
        bool sum = false)
    {
        ReadOnlySpan<GraphValue> inputs = [input, skip, weight, normBias, inputBias];
        var outputs = graph.Nodes(
            $"{GraphBuilder.Microsoft}.SkipLayerNormalization", inputs, sum ? [true, false, false, true] : [true], ("epsilon", epsilon));
        return (outputs[0], sum ? outputs[3] : GraphValue.None);
    }

    /// <summary>Attention in both directions; the bias is that of q, k and v in turn. With a mask ONNX Runtime takes a slower kernel on CPUs.</summary>
    public static GraphValue MultiHeadAttention(
        this GraphBuilder graph, GraphValue query, GraphValue key, GraphValue value, GraphValue bias, int heads) =>
        graph.Node($"{GraphBuilder.Microsoft}.MultiHeadAttention", [query, key, value, bias], ("num_heads", heads));

    /// <summary>
    /// Attention in both directions inside each text, of texts whose tokens lie one behind the other. For GPUs; <see cref="PackedAttention{T}"/> does the
    /// same on CPUs. In one value, [tokens, heads, 3, head size], short texts would miss the fast kernel of newer GPUs.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="query">[tokens, hidden].</param>
    /// <param name="key">The same.</param>
    /// <param name="value">The same.</param>
    /// <param name="texts">Where the texts' tokens lie.</param>
    /// <param name="heads">Heads of each.</param>
    /// <returns>[tokens, hidden].</returns>
    public static GraphValue PackedMultiHeadAttention(
        this GraphBuilder graph, GraphValue query, GraphValue key, GraphValue value, PackedInputs texts, int heads) =>
        graph.Node(
            $"{GraphBuilder.Microsoft}.{PackedAttention.OperatorName}",
            [query, key, value, GraphValue.None, texts.TokenOffset, texts.CumulativeLengths],
            ("num_heads", heads));

    /// <summary>The same for heads that <see cref="TextAttention.Takes"/>, in 16 bits.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="qkv">[tokens, 3 * hidden]: queries, then keys, then values.</param>
    /// <param name="queryBias">[hidden].</param>
    /// <param name="texts">Where the texts' tokens lie.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="headSize">Numbers of a head.</param>
    /// <returns>[tokens, hidden].</returns>
    public static GraphValue TextAttention(
        this GraphBuilder graph, GraphValue qkv, GraphValue queryBias, PackedInputs texts, int heads, int headSize) => graph.Node(
            $"{CustomDomain.Name}.{Attention.TextAttention.OperatorName}",
            [qkv, queryBias, texts.TokenOffset, texts.CumulativeLengths],
            ("heads", heads), ("head_size", headSize));

    /// <summary>GELU by the error function, of value + bias.</summary>
    public static GraphValue BiasGelu(this GraphBuilder graph, GraphValue value, GraphValue bias) =>
        graph.Node($"{GraphBuilder.Microsoft}.BiasGelu", [value, bias]);

    /// <summary>GELU by the tanh approximation, of value + bias.</summary>
    public static GraphValue FastGelu(this GraphBuilder graph, GraphValue value, GraphValue bias) =>
        graph.Node($"{GraphBuilder.Microsoft}.FastGelu", [value, bias]);
}
