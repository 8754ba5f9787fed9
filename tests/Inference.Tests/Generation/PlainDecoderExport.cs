using Pipeline.Inference.Architectures;
using Pipeline.Inference.Checkpoints;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Onnx;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>
/// Writes a small decoder as Optimum exports it: plain ONNX operators, rows padded on the left under a mask, caches that grow by
/// concatenation, logits of every token. Follows the definitions in tests/Testing/models/README.md and shares nothing with our own graphs.
/// </summary>
internal abstract class PlainDecoderExport
{
    protected PlainDecoderExport(string model, int heads, int kvHeads, params string[] prefixes)
    {
        Source = ModelFixtures.Path(model);
        Config = ModelConfig.Load(Source);
        Checkpoint = Pipeline.Inference.Checkpoints.Checkpoint.Open(Source);
        Tensors = new ModelTensors(Checkpoint, prefixes);
        Graph = new GraphBuilder(model);
        (Heads, KvHeads) = (heads, kvHeads);
        Hidden = Config.Integer(1, "hidden_size", "n_embed");
        HeadSize = Hidden / heads;
        Ids = Graph.Input(ExportedDecoder.InputIds, DataType.Int64, "batch_size", "sequence_length");
        Mask = Graph.Input(ExportedDecoder.AttentionMask, DataType.Int64, "batch_size", "past_sequence_length + 1");
        Queries = Graph.Node("Shape", [Ids], ("start", 1));
        Keys = Graph.Node("Shape", [Mask], ("start", 1));
    }

    protected string Source { get; }

    protected ModelConfig Config { get; }

    protected ICheckpoint Checkpoint { get; }

    protected ModelTensors Tensors { get; }

    protected GraphBuilder Graph { get; }

    protected int Heads { get; }

    protected int KvHeads { get; }

    protected int Hidden { get; }

    protected int HeadSize { get; }

    protected GraphValue Ids { get; }

    protected GraphValue Mask { get; }

    /// <summary>[1]: tokens of the input.</summary>
    protected GraphValue Queries { get; }

    /// <summary>[1]: tokens with the past ones.</summary>
    protected GraphValue Keys { get; }

    /// <summary>Writes the export with the model's configuration and tokenizer, and the graph's weights beside it.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        Build();
        Graph.Save(folder, null, TestContext.Current.CancellationToken);
        Checkpoint.Dispose();
        foreach (var file in (string[])["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"])
        {
            File.Copy(Path.Combine(Source, file), Path.Combine(folder, file));
        }
    }

    protected abstract void Build();

    protected GraphValue Weight(string name, params long[] shape)
    {
        var tensor = Tensors.Require(name, shape);
        return Graph.Weight(name, DataType.Float, shape, writer => writer.Write(Tensors.ReadAll(tensor)));
    }

    protected GraphValue Linear(GraphValue x, string name, int inputs, int outputs, bool bias)
    {
        var product = Graph.MatMul(x, Graph.Node("Transpose", [Weight($"{name}.weight", outputs, inputs)]));
        return bias ? Graph.Add(product, Weight($"{name}.bias", outputs)) : product;
    }

    /// <summary>The past joined with the new values along an axis, which becomes the present.</summary>
    protected GraphValue Cached(int layer, string part, GraphValue value, int axis, params GraphDimension[] shape)
    {
        var past = Graph.Input(ExportedCache.PastName(layer, part), DataType.Float, shape);
        var present = Graph.Node("Concat", [past, value], ("axis", axis));
        Graph.Output(present, ExportedCache.PresentName(layer, part), DataType.Float, shape);
        return present;
    }

    /// <summary>Scores [batch, heads, queries, keys] with the smallest float where the key lies behind the query or is padding.</summary>
    protected GraphValue Masked(GraphValue scores)
    {
        var zero = Graph.Scalar(0L);
        var one = Graph.Scalar(1L);
        var keys = Graph.Node("Range", [zero, Graph.Node("Squeeze", [Keys]), one]);
        var first = Graph.Node("Squeeze", [Graph.Sub(Keys, Queries)]);
        var queries = Graph.Node("Range", [first, Graph.Node("Squeeze", [Keys]), one]);
        var future = Graph.Node("Greater", [keys, Graph.Unsqueeze(queries, 1)]);
        var padding = Graph.Node("Equal", [Graph.Unsqueeze(Mask, 1, 2), zero]);
        return Graph.Node("Where", [Graph.Node("Or", [future, padding]), Graph.Scalar(float.MinValue), scores]);
    }

    protected GraphValue Softmax(GraphValue scores) => Graph.Node("Softmax", [scores], ("axis", -1));

    /// <summary>[batch, tokens, heads * size] to [batch, heads, tokens, size].</summary>
    protected GraphValue Split(GraphValue x, int heads) =>
        Graph.Node("Transpose", [Graph.Reshape(x, 0, 0, heads, HeadSize)], ("perm", new long[] { 0, 2, 1, 3 }));

    /// <summary>[batch, heads, tokens, size] to [batch, tokens, heads * size].</summary>
    protected GraphValue Merge(GraphValue x) =>
        Graph.Reshape(Graph.Node("Transpose", [x], ("perm", new long[] { 0, 2, 1, 3 })), 0, 0, Heads * HeadSize);

    protected void OutputLogits(GraphValue logits) =>
        Graph.Output(logits, ExportedDecoder.Logits, DataType.Float, "batch_size", "sequence_length", Config.Integer(1, "vocab_size"));
}
