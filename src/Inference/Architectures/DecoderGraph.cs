using Pipeline.Inference.Attention;
using Pipeline.Inference.Kernels;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// What the graphs of all decoders share. One graph serves prompts (many tokens a row, no past) and the steps after them (one token a
/// row). On CPUs rows are aligned at their first token; behind the shorter ones is padding, which nothing reads. On GPUs the tokens of all rows, prompts and
/// steps together, lie one behind the other; see <see cref="PagedInputs"/>.
/// </summary>
internal sealed class DecoderGraph
{
    /// <summary>int64 [batch, tokens]; [tokens] where those of all rows lie one behind the other.</summary>
    public const string InputIds = "input_ids";

    /// <summary>int32 [batch]: position of each row's last token, from 0.</summary>
    public const string LastPositions = "last_positions";

    /// <summary>int32 scalar: tokens of the longest row, past ones included. A graph that keeps int8 has it not.</summary>
    public const string TotalLength = "total_length";

    /// <summary>int64 [batch]: index of each row's last token in the flattened <see cref="InputIds"/>; its logits are wanted.</summary>
    public const string OutputTokens = "output_tokens";

    /// <summary>float32 [1 or batch, tokens]: position of each token. Only a graph with position biases has it, and none that keeps int8.</summary>
    public const string QueryPositions = "query_positions";

    /// <summary>[batch, vocabulary]; float32, of a graph for GPUs float16.</summary>
    public const string Logits = "logits";

    /// <summary>int64 [batch]: the id with the highest logit. Graphs for a GPU, whose logits stay there, and those that keep int8 have this and the next two.</summary>
    public const string BestIds = "best_ids";

    /// <summary>float32 [batch]: that logit.</summary>
    public const string BestLogits = "best_logits";

    /// <summary>float32 [batch]: log(sum(exp(logit))).</summary>
    public const string LogSumExps = "log_sum_exps";

    private readonly GraphBuilder _graph;
    private readonly int _heads;
    private readonly int _kvHeads;
    private readonly int _headSize;
    private readonly DataType _arithmetic;
    private readonly bool _keepsInt8;
    private readonly PagedInputs? _paged;
    private readonly GraphValue _mask;
    private readonly GraphValue _lastPositions;
    private readonly GraphValue _totalLength;
    private readonly GraphValue _outputTokens;

    /// <summary>Begins a graph: with a cache when it generates, like an encoder's when it embeds.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="heads">Heads of the queries.</param>
    /// <param name="kvHeads">Heads of keys and values.</param>
    /// <param name="headSize">Numbers of a head.</param>
    /// <param name="weights">Say in which precision the graph works.</param>
    /// <param name="embeds">Whether it embeds.</param>
    /// <param name="target">What it is for.</param>
    public DecoderGraph(GraphBuilder graph, int heads, int kvHeads, int headSize, GraphWeights weights, bool embeds, ModelTarget target)
    {
        _arithmetic = weights.Arithmetic;
        _keepsInt8 = weights.IsQuantized && !embeds && headSize % CachedAttention.HeadStep == 0;
        (_graph, _heads, _kvHeads, _headSize) = (graph, heads, kvHeads, headSize);
        if (target == ModelTarget.Cuda && !embeds)
        {
            Ids = graph.Input(InputIds, DataType.Int64, "tokens");
            _paged = new(graph);
            _outputTokens = graph.Input(OutputTokens, DataType.Int64, "batch");
            return;
        }

        Ids = graph.Input(InputIds, DataType.Int64, "batch", "tokens");
        if (embeds)
        {
            _mask = graph.Input("attention_mask", DataType.Int64, "batch", "tokens");
            _lastPositions = graph.Cast(graph.Sub(graph.ReduceSum(_mask, 1, keepDimension: false), graph.Scalar(1L)), DataType.Int32);
            _totalLength = graph.Cast(graph.Size(Ids, 1), DataType.Int32);
        }
        else
        {
            _lastPositions = graph.Input(LastPositions, DataType.Int32, "batch");
            _totalLength = _keepsInt8 ? GraphValue.None : graph.Input(TotalLength, DataType.Int32);
            _outputTokens = graph.Input(OutputTokens, DataType.Int64, "batch");
        }
    }

    private bool Embeds => _mask != default;

    /// <summary>[batch, tokens], or [tokens].</summary>
    public GraphValue Ids { get; }

    /// <summary>Names of all layers' keys and values, in the order in which they lie.</summary>
    public static IEnumerable<string> CacheNames(int layers, Func<int, string> key, Func<int, string> value) =>
        Enumerable.Range(0, layers).SelectMany(layer => (string[])[key(layer), value(layer)]);

    /// <summary>
    /// Name of a layer's past keys, [batch, key/value heads, capacity, head size] or, on GPUs, [blocks, tokens, key/value heads, head size] in the type of the
    /// arithmetic; the present ones share their memory. Or of keys in int8, which have head size + 4 in place of the last dimension. Where there are no present
    /// ones, they are changed in place.
    /// </summary>
    public static string PastKey(int layer) => $"past_key_{layer}";

    /// <summary>Name of a layer's past values; like the keys.</summary>
    public static string PastValue(int layer) => $"past_value_{layer}";

    /// <summary>Name of a layer's present keys.</summary>
    public static string PresentKey(int layer) => $"present_key_{layer}";

    /// <summary>Name of a layer's present values.</summary>
    public static string PresentValue(int layer) => $"present_value_{layer}";

    /// <summary>
    /// ALiBi for <see cref="Attention"/>: the slopes, or an addend of the scores, [1 or batch, heads, tokens, total length]: slope * (position of the key -
    /// position of the query). Softmax takes no notice of what all keys share, so that is the same as slope * position of the key, but small where it
    /// matters.
    /// </summary>
    public GraphValue Alibi(ReadOnlySpan<float> slopes)
    {
        if (_keepsInt8)
        {
            return _graph.Constant(slopes);
        }

        var keys = _graph.Cast(_graph.Range(_graph.Cast(_totalLength, DataType.Int64)), DataType.Float);
        var queries = Embeds
            ? _graph.Reshape(keys, 1, 1, -1, 1)
            : _graph.Unsqueeze(_graph.Input(QueryPositions, DataType.Float, "position_rows", "tokens"), 1, 3);
        return _graph.Mul(_graph.Reshape(_graph.Constant(slopes), 1, slopes.Length, 1, 1), _graph.Sub(keys, queries));
    }

    /// <summary>int64 [tokens]: position of each token, from 0, where the model embeds.</summary>
    public GraphValue Positions() => _graph.Range(_graph.Size(Ids, 1));

    /// <summary>Attention of one layer.</summary>
    /// <param name="layer">From 0.</param>
    /// <param name="qkv">[batch, tokens, (heads + 2 * kvHeads) * headSize].</param>
    /// <param name="rotary">Cosines and sines; none without.</param>
    /// <param name="bias">What <see cref="Alibi"/> gave; none without.</param>
    /// <param name="scale">Factor of the scores; null for 1 / sqrt(headSize).</param>
    /// <returns>[batch, tokens, heads * headSize].</returns>
    public GraphValue Attention(
        int layer, GraphValue qkv, (GraphValue Cos, GraphValue Sin)? rotary, GraphValue bias, float? scale = null)
    {
        if (_keepsInt8)
        {
            return _graph.CachedAttention(
                qkv, Past(PastKey(layer)), Past(PastValue(layer)), _lastPositions, bias, rotary, _heads, _kvHeads, _headSize);
        }

        if (_paged is not null)
        {
            var block = PagedInputs.BlockTokens(_headSize);
            var (attended, keys, values) =
                _graph.PagedAttention(
                    qkv, Blocks(PastKey(layer), block, _arithmetic), Blocks(PastValue(layer), block, _arithmetic), _paged, rotary, _heads, _kvHeads, scale);
            _graph.Output(keys, PresentKey(layer), _arithmetic, "blocks", block, _kvHeads, _headSize);
            _graph.Output(values, PresentValue(layer), _arithmetic, "blocks", block, _kvHeads, _headSize);
            return attended;
        }

        var (pastKey, pastValue) = Embeds ? (GraphValue.None, GraphValue.None) : (Past(PastKey(layer)), Past(PastValue(layer)));
        var (output, key, value) =
            _graph.GroupQueryAttention(qkv, pastKey, pastValue, _lastPositions, _totalLength, rotary, bias, _heads, _kvHeads, scale);
        if (!Embeds)
        {
            Present(PresentKey(layer), key);
            Present(PresentValue(layer), value);
        }

        return output;
    }

    /// <summary>Attention of one layer of a graph for GPUs that generates, with ALiBi.</summary>
    /// <param name="layer">From 0.</param>
    /// <param name="qkv">[tokens, 3 * heads * headSize], without biases.</param>
    /// <param name="queryBias">[heads * headSize].</param>
    /// <param name="slopes">[heads].</param>
    /// <param name="cache">Type of keys and values.</param>
    /// <returns>[tokens, heads * headSize].</returns>
    public GraphValue AlibiAttention(int layer, GraphValue qkv, GraphValue queryBias, GraphValue slopes, DataType cache) => _graph.AlibiAttention(
        qkv, queryBias, Blocks(PastKey(layer), KeyValueBlocks.Tokens, cache), Blocks(PastValue(layer), KeyValueBlocks.Tokens, cache),
        _paged ?? throw new InvalidOperationException("Only graphs for GPUs that generate have keys and values in blocks."), slopes, _heads, _headSize);

    /// <summary>Of a value [batch, tokens, width] or [tokens, width] the tokens whose logits are wanted: [batch, width]. All of it when the model embeds.</summary>
    public GraphValue OutputRows(GraphValue value, int width) => Embeds ? value
        : _graph.Gather(_paged is not null ? value : _graph.Reshape(value, -1, width), _outputTokens);

    /// <summary>Pools the tokens' vectors of a model that embeds.</summary>
    public void OutputEmbedding(GraphValue tokens, int width, PoolingMode pooling) =>
        _graph.Output(Pooler.Pool(_graph, tokens, _mask, pooling), "embedding", DataType.Float, "batch", width);

    /// <summary>The logits of a model that generates; also the choice of greedy decoding, so that no more than that has to leave a GPU.</summary>
    public void OutputLogits(GraphValue logits, int vocabulary, ModelTarget target)
    {
        _graph.Output(logits, Logits, _arithmetic, "batch", vocabulary);
        if (target == ModelTarget.Cuda || _keepsInt8)
        {
            var choice = _graph.Nodes($"{CustomDomain.Name}.{ChooseBest.OperatorName}", [logits], [true, true, true]);
            _graph.Output(choice[0], BestIds, DataType.Int64, "batch");
            _graph.Output(choice[1], BestLogits, DataType.Float, "batch");
            _graph.Output(choice[2], LogSumExps, DataType.Float, "batch");
        }
    }

    private GraphValue Past(string name) => _keepsInt8
        ? _graph.Input(name, DataType.Int8, "batch", _kvHeads, "capacity", QuantizedCache.TokenBytes(_headSize))
        : _graph.Input(name, _arithmetic, "batch", _kvHeads, "capacity", _headSize);

    private GraphValue Blocks(string name, int tokens, DataType type) =>
        _graph.Input(name, type, "blocks", tokens, _kvHeads, KeyValueBlocks.HeadWidth(type, _headSize));

    private void Present(string name, GraphValue value) => _graph.Output(value, name, _arithmetic, "batch", _kvHeads, "capacity", _headSize);
}
