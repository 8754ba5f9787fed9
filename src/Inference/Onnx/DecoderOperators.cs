using Pipeline.Inference.Architectures;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Onnx;

/// <summary>The operators that only decoders have; see <see cref="GraphOperators"/>.</summary>
internal static class DecoderOperators
{
    /// <summary>
    /// Causal attention with a key/value cache. Rows are aligned at their first token; the new keys and values are written behind the
    /// past ones, in place when past and present are bound to the same memory.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="qkv">[batch, tokens, (heads + 2 * kvHeads) * headSize]: queries, then keys, then values.</param>
    /// <param name="pastKey">[batch, kvHeads, capacity, headSize].</param>
    /// <param name="pastValue">The same.</param>
    /// <param name="lastPositions">int32 [batch]: position of each row's last token, from 0.</param>
    /// <param name="totalLength">int32 scalar: tokens of the longest row. Equal to the tokens of the input it means that there is no past.</param>
    /// <param name="rotary">Cosines and sines by position, to rotate queries and keys; none without.</param>
    /// <param name="bias">Added to the scores, [1 or batch, 1 or heads, tokens, totalLength]; none without.</param>
    /// <param name="heads">Heads of the queries.</param>
    /// <param name="kvHeads">Heads of keys and values.</param>
    /// <param name="scale">Factor of the scores; null for 1 / sqrt(headSize).</param>
    /// <returns>[batch, tokens, heads * headSize], and the present keys and values.</returns>
    public static (GraphValue Output, GraphValue Key, GraphValue Value) GroupQueryAttention(
        this GraphBuilder graph,
        GraphValue qkv,
        GraphValue pastKey,
        GraphValue pastValue,
        GraphValue lastPositions,
        GraphValue totalLength,
        (GraphValue Cos, GraphValue Sin)? rotary,
        GraphValue bias,
        int heads,
        int kvHeads,
        float? scale)
    {
        ReadOnlySpan<GraphValue> inputs =
        [
            qkv, GraphValue.None, GraphValue.None, pastKey, pastValue, lastPositions, totalLength,
            rotary?.Cos ?? GraphValue.None, rotary?.Sin ?? GraphValue.None, GraphValue.None, bias,
        ];
        ReadOnlySpan<(string, object)> attributes =
            [("num_heads", heads), ("kv_num_heads", kvHeads), ("do_rotary", rotary is null ? 0 : 1), ("scale", scale ?? 0)];
        var outputs = graph.Nodes(
            $"{GraphBuilder.Microsoft}.GroupQueryAttention", inputs, [true, true, true], scale is null ? attributes[..^1] : attributes);
        return (outputs[0], outputs[1], outputs[2]);
    }

    /// <summary>
    /// Causal attention of the tokens of several rows, which lie one behind the other, prompts beside steps. Keys and values lie in blocks and are changed
    /// in place. For GPUs; <see cref="Attention.PagedAttention"/> does the same on CPUs.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="qkv">[tokens, (heads + 2 * kvHeads) * headSize]: queries, then keys, then values.</param>
    /// <param name="keys">[blocks, tokens of a block, kvHeads, headSize].</param>
    /// <param name="values">The same.</param>
    /// <param name="rows">Where the rows' tokens, keys and values lie.</param>
    /// <param name="rotary">Cosines and sines by position, to rotate queries and keys; none without.</param>
    /// <param name="heads">Heads of the queries.</param>
    /// <param name="kvHeads">Heads of keys and values.</param>
    /// <param name="scale">Factor of the scores; null for 1 / sqrt(headSize).</param>
    /// <returns>[tokens, heads * headSize], and the keys and values.</returns>
    public static (GraphValue Output, GraphValue Key, GraphValue Value) PagedAttention(
        this GraphBuilder graph,
        GraphValue qkv,
        GraphValue keys,
        GraphValue values,
        PagedInputs rows,
        (GraphValue Cos, GraphValue Sin)? rotary,
        int heads,
        int kvHeads,
        float? scale)
    {
        GraphValue[] inputs =
        [
            qkv, GraphValue.None, GraphValue.None, keys, values, rows.CumulativeLengths, rows.PastLengths, rows.BlockTable,
            rotary?.Cos ?? GraphValue.None, rotary?.Sin ?? GraphValue.None, rows.Places, GraphValue.None, GraphValue.None, GraphValue.None,
            GraphValue.None, GraphValue.None, rows.Bounds,
        ];
        ReadOnlySpan<(string, object)> attributes =
            [("num_heads", heads), ("kv_num_heads", kvHeads), ("do_rotary", rotary is null ? 0 : 1), ("scale", scale ?? 0)];
        var outputs = graph.Nodes(
            $"{GraphBuilder.Microsoft}.{Attention.PagedAttention.OperatorName}", inputs, [true, true, true], scale is null ? attributes[..^1] : attributes);
        return (outputs[0], outputs[1], outputs[2]);
    }

    /// <summary>Causal attention with ALiBi; see <see cref="Attention.AlibiAttention"/>.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="qkv">[tokens, 3 * heads * headSize]: queries, then keys, then values.</param>
    /// <param name="queryBias">[heads * headSize].</param>
    /// <param name="keys">[blocks, tokens of a block, heads, headSize], or int8 [blocks, tokens of a block, heads, headSize + 4], changed in place.</param>
    /// <param name="values">The same.</param>
    /// <param name="rows">Where the rows' tokens, keys and values lie.</param>
    /// <param name="slopes">[heads].</param>
    /// <param name="heads">Heads.</param>
    /// <param name="headSize">Numbers of a head.</param>
    /// <returns>[tokens, heads * headSize].</returns>
    public static GraphValue AlibiAttention(
        this GraphBuilder graph,
        GraphValue qkv,
        GraphValue queryBias,
        GraphValue keys,
        GraphValue values,
        PagedInputs rows,
        GraphValue slopes,
        int heads,
        int headSize) => graph.Node(
            $"{CustomDomain.Name}.{Attention.AlibiAttention.OperatorName}",
            [qkv, queryBias, keys, values, rows.CumulativeLengths, rows.PastLengths, rows.BlockTable, rows.Places, slopes],
            ("heads", heads), ("head_size", headSize), ("scale", 1 / MathF.Sqrt(headSize)));

    /// <summary>Causal attention with keys and values in int8; see <see cref="Attention.CachedAttention"/>, which is for CPUs.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="qkv">[batch, tokens, (heads + 2 * kvHeads) * headSize]: queries, then keys, then values.</param>
    /// <param name="keys">int8 [batch, kvHeads, capacity, headSize + 4], changed in place.</param>
    /// <param name="values">The same.</param>
    /// <param name="lastPositions">int32 [batch]: position of each row's last token, from 0.</param>
    /// <param name="slopes">[heads], ALiBi's; none without.</param>
    /// <param name="rotary">Cosines and sines by position, to rotate queries and keys; none without.</param>
    /// <param name="heads">Heads of the queries.</param>
    /// <param name="kvHeads">Heads of keys and values.</param>
    /// <param name="headSize">Numbers of a head; a multiple of 8.</param>
    /// <returns>[batch, tokens, heads * headSize].</returns>
    public static GraphValue CachedAttention(
        this GraphBuilder graph,
        GraphValue qkv,
        GraphValue keys,
        GraphValue values,
        GraphValue lastPositions,
        GraphValue slopes,
        (GraphValue Cos, GraphValue Sin)? rotary,
        int heads,
        int kvHeads,
        int headSize) => graph.Node(
            $"{CustomDomain.Name}.{Attention.CachedAttention.OperatorName}",
            [qkv, keys, values, lastPositions, slopes, rotary?.Cos ?? GraphValue.None, rotary?.Sin ?? GraphValue.None],
            ("heads", heads), ("kv_heads", kvHeads), ("head_size", headSize), ("scale", 1 / MathF.Sqrt(headSize)));

    /// <summary>RMSNorm over the last axis.</summary>
    public static GraphValue RmsNorm(this GraphBuilder graph, GraphValue value, GraphValue weight, float epsilon) =>
        graph.Node("SimplifiedLayerNormalization", [value, weight], ("axis", -1), ("epsilon", epsilon));

    /// <summary>RMSNorm(input + skip), and that sum.</summary>
    public static (GraphValue Output, GraphValue Sum) SkipRmsNorm(
        this GraphBuilder graph, GraphValue input, GraphValue skip, GraphValue weight, float epsilon)
    {
        var outputs = graph.Nodes(
            $"{GraphBuilder.Microsoft}.SkipSimplifiedLayerNormalization",
            [input, skip, weight],
            [true, false, false, true],
            ("epsilon", epsilon));
        return (outputs[0], outputs[3]);
    }

    /// <summary>x * sigmoid(x).</summary>
    public static GraphValue Silu(this GraphBuilder graph, GraphValue value) =>
        graph.Node($"{GraphBuilder.Microsoft}.QuickGelu", [value], ("alpha", 1f));
}
