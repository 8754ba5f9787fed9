using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>Inputs of an encoder's graph in which the tokens of several texts, of any lengths, lie one behind the other, without padding.</summary>
internal sealed class PackedInputs
{
    /// <summary>int64 [tokens]: place of each token in its text, from 0.</summary>
    public const string PositionsName = "positions";

    /// <summary>
    /// int32 [batch, longest]: where the tokens would lie if each text were padded to the longest, text * longest + place, and behind them where padding would.
    /// </summary>
    public const string TokenOffsetName = "token_offset";

    /// <summary>int32 [batch + 1]: where each text's tokens begin, and where the last text's end.</summary>
    public const string CumulativeLengthsName = "cumulative_sequence_length";

    private readonly GraphBuilder _graph;
    private readonly GraphValue _firsts;
    private readonly GraphValue _ends;

    public PackedInputs(GraphBuilder graph)
    {
        _graph = graph;
        Positions = graph.Input(PositionsName, DataType.Int64, "tokens");
        TokenOffset = graph.Input(TokenOffsetName, DataType.Int32, "batch", "longest");
        CumulativeLengths = graph.Input(CumulativeLengthsName, DataType.Int32, "batch_and_one");
        var bounds = graph.Cast(CumulativeLengths, DataType.Int64);
        _firsts = graph.Slice(bounds, 0, -1);
        _ends = graph.Slice(bounds, 1, long.MaxValue);
    }

    /// <summary>int64 [tokens].</summary>
    public GraphValue Positions { get; }

    public GraphValue TokenOffset { get; }

    public GraphValue CumulativeLengths { get; }

    /// <summary>The first token of each text: [tokens, hidden] to [batch, hidden].</summary>
    public GraphValue First(GraphValue tokens) => _graph.Gather(tokens, _firsts);

    /// <summary>[tokens, hidden] to float32 [batch, hidden] by the last token or by the mean.</summary>
    public GraphValue Pool(GraphValue tokens, PoolingMode mode)
    {
        var lasts = _graph.Sub(_ends, _graph.Scalar(1L));
        if (mode == PoolingMode.Last)
        {
            return _graph.Cast(_graph.Gather(tokens, lasts), DataType.Float);
        }

        // A text's last token fills its row: whatever another text's numbers are, they are not multiplied, be it by 0.
        var range = _graph.Range(_graph.Size(TokenOffset, 1));
        var places = _graph.Add(_graph.Unsqueeze(_firsts, 1), _graph.Unsqueeze(range, 0));
        var isToken = _graph.Node("Less", [places, _graph.Unsqueeze(_ends, 1)]);
        var rows = _graph.Cast(_graph.Gather(tokens, _graph.Node("Min", [places, _graph.Unsqueeze(lasts, 1)])), DataType.Float);
        // A product adds up a row's tokens in one pass; GPUs are slow at running sums.
        var sums = _graph.MatMul(_graph.Unsqueeze(_graph.Cast(isToken, DataType.Float), 1), rows);
        var counts = _graph.Cast(_graph.Sub(_ends, _firsts), DataType.Float);
        return _graph.Div(_graph.Reshape(sums, 0, -1), _graph.Unsqueeze(counts, 1));
    }
}
