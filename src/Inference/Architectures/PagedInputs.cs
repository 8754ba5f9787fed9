using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// Inputs of a graph whose rows' tokens lie one behind the other, without padding, and whose keys and values lie in blocks: those of whole prompts, or one of
/// each row. A graph has those that are asked for.
/// </summary>
/// <param name="graph">The graph.</param>
internal sealed class PagedInputs(GraphBuilder graph)
{
    /// <summary>int32 [rows + 1]: where each row's tokens begin among those of this run, and where the last row's end.</summary>
    public const string CumulativeLengthsName = "cumulative_lengths";

    /// <summary>int32 [rows]: tokens of each row before this run.</summary>
    public const string PastLengthsName = "past_lengths";

    /// <summary>int32 [rows, blocks of a row]: the blocks of each row's keys and values, in order.</summary>
    public const string BlockTableName = "block_table";

    /// <summary>int32 [tokens]: where each token's keys and values go, block * tokens of a block + place in it.</summary>
    public const string PlacesName = "places";

    /// <summary>int32 [2], in the machine's memory: no row has more tokens in this run, nor more with those before it.</summary>
    public const string BoundsName = "bounds";

    // What graphs of earlier versions had beside these.
    private const string EarlierName = "positions";

    private readonly Dictionary<string, GraphValue> _inputs = [];

    /// <summary>int32 [rows + 1].</summary>
    public GraphValue CumulativeLengths => Input(CumulativeLengthsName, DataType.Int32, "rows_and_one");

    /// <summary>int32 [rows].</summary>
    public GraphValue PastLengths => Input(PastLengthsName, DataType.Int32, "rows");

    /// <summary>int32 [rows, blocks of a row].</summary>
    public GraphValue BlockTable => Input(BlockTableName, DataType.Int32, "rows", "row_blocks");

    /// <summary>int32 [tokens].</summary>
    public GraphValue Places => Input(PlacesName, DataType.Int32, "tokens");

    /// <summary>int32 [2].</summary>
    public GraphValue Bounds => Input(BoundsName, DataType.Int32, 2);

    /// <summary>Whether a graph file has these inputs, and not those of an earlier version.</summary>
    public static bool AreIn(string graphFile)
    {
        using var file = File.OpenRead(graphFile);
        var names = ModelProto.Parser.ParseFrom(file).Graph.Input.Select(input => input.Name).ToHashSet();
        return names.Contains(BlockTableName) && !names.Contains(EarlierName);
    }

    /// <summary>Tokens of a block: the fast kernels of ONNX Runtime's PagedAttention read so many of a head at a time.</summary>
    public static int BlockTokens(int headSize) => headSize switch
    {
        <= 64 => 256,
        <= 128 => 128,
        _ => 64,
    };

    private GraphValue Input(string name, DataType type, params ReadOnlySpan<GraphDimension> shape)
    {
        if (!_inputs.TryGetValue(name, out var input))
        {
            input = graph.Input(name, type, shape);
            _inputs.Add(name, input);
        }

        return input;
    }
}
