using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// Inputs and outputs that the graphs of all decoders share. One graph serves prompts (many tokens a row, no past) and the steps after
/// them (one token a row). Rows are aligned at their first token, so that shorter ones have padding behind them, which nothing reads.
/// </summary>
internal sealed class DecoderGraph
{
    /// <summary>int64 [batch, tokens].</summary>
    public const string InputIds = "input_ids";

    /// <summary>int32 [batch]: position of each row's last token, from 0.</summary>
    public const string LastPositions = "last_positions";

    /// <summary>int32 scalar: tokens of the longest row, past ones included.</summary>
    public const string TotalLength = "total_length";

    /// <summary>int64 [batch]: index of each row's last token in the flattened <see cref="InputIds"/>; its logits are wanted.</summary>
    public const string OutputTokens = "output_tokens";

    /// <summary>float32 [1 or batch, tokens]: position of each token. Only graphs with position biases have it.</summary>
    public const string QueryPositions = "query_positions";

    /// <summary>float32 [batch, vocabulary].</summary>
    public const string Logits = "logits";

    private readonly GraphBuilder _graph;
    private readonly int _heads;
    private readonly int _kvHeads;
    private readonly int _headSize;
    private readonly GraphValue _lastPositions;
    private readonly GraphValue _totalLength;
    private readonly GraphValue _outputTokens;
    private readonly GraphValue _batchAndTokens;

    public DecoderGraph(GraphBuilder graph, int heads, int kvHeads, int headSize)
    {
        _graph = graph;
        _heads = heads;
        _kvHeads = kvHeads;
        _headSize = headSize;
        Ids = graph.Input(InputIds, DataType.Int64, "batch", "tokens");
        _lastPositions = graph.Input(LastPositions, DataType.Int32, "batch");
        _totalLength = graph.Input(TotalLength, DataType.Int32);
        _outputTokens = graph.Input(OutputTokens, DataType.Int64, "batch");
        _batchAndTokens = graph.Node("Shape", [Ids]);
    }

    /// <summary>The ids, [batch, tokens].</summary>
    public GraphValue Ids { get; }

    /// <summary>The ids in one row, [batch * tokens]: everything but attention knows tokens only.</summary>
    public GraphValue FlatIds() => _graph.Reshape(Ids, -1);

    /// <summary>
    /// ALiBi as an addend of the scores, [1 or batch, heads, tokens, total length]: slope * (position of the key - position of the query).
    /// The same as slope * position of the key, since softmax takes no notice of what all keys share, and small where it matters.
    /// </summary>
    public GraphValue AlibiBias(float[] slopes)
    {
        var queries = _graph.Unsqueeze(_graph.Input(QueryPositions, DataType.Float, "position_rows", "tokens"), 1, 3);
        var keys = _graph.Node(
            "Range", [_graph.Scalar(0L), _graph.Cast(_totalLength, DataType.Int64), _graph.Scalar(1L)]);
        var distances = _graph.Sub(_graph.Cast(keys, DataType.Float), queries);
        return _graph.Mul(_graph.Reshape(_graph.Constant(slopes), 1, slopes.Length, 1, 1), distances);
    }

    /// <summary>Attention of one layer.</summary>
    /// <param name="layer">From 0.</param>
    /// <param name="qkv">[batch * tokens, (heads + 2 * kvHeads) * headSize].</param>
    /// <param name="rotary">Cosines and sines; none without.</param>
    /// <param name="bias">Added to the scores; none without.</param>
    /// <returns>[batch * tokens, heads * headSize].</returns>
    public GraphValue Attention(int layer, GraphValue qkv, (GraphValue Cos, GraphValue Sin)? rotary, GraphValue bias)
    {
        var shape = _graph.Node("Concat", [_batchAndTokens, _graph.Constant([-1L])], ("axis", 0));
        var (output, key, value) = _graph.GroupQueryAttention(
            _graph.Node("Reshape", [qkv, shape]),
            Past(PastKey(layer)),
            Past(PastValue(layer)),
            _lastPositions,
            _totalLength,
            rotary,
            bias,
            _heads,
            _kvHeads);
        Present(PresentKey(layer), key);
        Present(PresentValue(layer), value);
        return _graph.Reshape(output, -1, _heads * _headSize);
    }

    /// <summary>The rows of a [batch * tokens, width] matrix whose logits are wanted: [batch, width].</summary>
    public GraphValue OutputRows(GraphValue tokens) => _graph.Gather(tokens, _outputTokens);

    public static string PastKey(int layer) => $"past_key_{layer}";

    public static string PastValue(int layer) => $"past_value_{layer}";

    public static string PresentKey(int layer) => $"present_key_{layer}";

    public static string PresentValue(int layer) => $"present_value_{layer}";

    private GraphValue Past(string name) => _graph.Input(name, DataType.Float, "batch", _kvHeads, "capacity", _headSize);

    private void Present(string name, GraphValue value) =>
        _graph.Output(value, name, DataType.Float, "batch", _kvHeads, "capacity", _headSize);
}
