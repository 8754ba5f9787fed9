using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>A BLOOM model as Optimum exports it.</summary>
/// <param name="model">Name of the fixture.</param>
/// <param name="heads">As config.json has them.</param>
/// <param name="oldLayout">Caches as before transformers 4.44: keys [batch * heads, size, past], values [batch * heads, past, size].</param>
internal sealed class PlainBloomExport(string model, int heads, bool oldLayout) : PlainDecoderExport(model, heads, heads, "transformer.")
{
    protected override void Build()
    {
        var vocabulary = Config.Integer(1, "vocab_size");
        var embedding = Weight("word_embeddings.weight", vocabulary, Hidden);
        var hidden = Norm(Graph.Gather(embedding, Ids), "word_embeddings_layernorm");
        var alibi = Alibi();
        for (var layer = 0; layer < Config.Integer(1, "n_layer"); layer++)
        {
            var name = $"h.{layer}";
            var attended = Attention(Norm(hidden, $"{name}.input_layernorm"), layer, $"{name}.self_attention.query_key_value", alibi);
            hidden = Graph.Add(hidden, Linear(attended, $"{name}.self_attention.dense", Hidden, Hidden, bias: true));
            var inner = Linear(Norm(hidden, $"{name}.post_attention_layernorm"), $"{name}.mlp.dense_h_to_4h", Hidden, 4 * Hidden, bias: true);
            hidden = Graph.Add(hidden, Linear(Gelu(inner), $"{name}.mlp.dense_4h_to_h", 4 * Hidden, Hidden, bias: true));
        }

        OutputLogits(Graph.MatMul(Norm(hidden, "ln_f"), Graph.Node("Transpose", [embedding])));
    }

    private GraphValue Norm(GraphValue x, string name) =>
        Graph.LayerNormalization(x, Weight($"{name}.weight", Hidden), Weight($"{name}.bias", Hidden), Config.PositiveNumber("layer_norm_epsilon"));

    /// <summary>slope * (running count of tokens - 1) * mask, [batch, heads, 1, keys].</summary>
    private GraphValue Alibi()
    {
        var positions = Graph.Mul(Graph.Sub(Graph.CumSum(Mask, 1), Graph.Scalar(1L)), Mask);
        var power = 1;
        while (power * 2 <= Heads)
        {
            power *= 2;
        }

        var slopes = Enumerable.Range(1, power).Select(i => Math.Pow(Math.Pow(2, -Math.Pow(2, -(Math.Log2(power) - 3))), i))
            .Concat(Enumerable.Range(0, Heads - power).Select(i => Math.Pow(Math.Pow(2, -Math.Pow(2, -(Math.Log2(2 * power) - 3))), (2 * i) + 1)));
        return Graph.Mul(
            Graph.Cast(Graph.Unsqueeze(positions, 1, 2), DataType.Float),
            Graph.Reshape(Graph.Constant([.. slopes.Select(slope => (float)slope)]), 1, Heads, 1, 1));
    }

    private GraphValue Attention(GraphValue x, int layer, string name, GraphValue alibi)
    {
        var fused = Graph.Reshape(Linear(x, name, Hidden, 3 * Hidden, bias: true), 0, 0, Heads, 3, HeadSize);
        var (query, key, value) = (Part(0, 0, 2, 1, 3), Part(1, 0, 2, 3, 1), Part(2, 0, 2, 1, 3));
        var scale = Graph.Scalar((float)(1 / Math.Sqrt(HeadSize)));
        if (oldLayout)
        {
            key = Cached(layer, "key", Shaped(key, Size(-1), Size(HeadSize), Queries), 2, "batch_size x num_heads", HeadSize, "past");
            key = Shaped(key, Size(-1), Size(Heads), Size(HeadSize), Keys);
            value = Cached(layer, "value", Shaped(value, Size(-1), Queries, Size(HeadSize)), 1, "batch_size x num_heads", "past", HeadSize);
            value = Shaped(value, Size(-1), Size(Heads), Keys, Size(HeadSize));
        }
        else
        {
            key = Cached(layer, "key", Swapped(key), 2, "batch_size", Heads, "past", HeadSize);
            key = Swapped(key);
            value = Cached(layer, "value", value, 2, "batch_size", Heads, "past", HeadSize);
        }

        var scores = Graph.Add(Graph.Mul(Graph.MatMul(query, key), scale), alibi);
        return Merge(Graph.MatMul(Softmax(Masked(scores)), value));

        GraphValue Part(long part, params long[] order) => Graph.Node("Transpose", [Graph.Gather(fused, Graph.Scalar(part), axis: 3)], ("perm", order));

        GraphValue Swapped(GraphValue value) => Graph.Node("Transpose", [value], ("perm", new long[] { 0, 1, 3, 2 }));

        GraphValue Size(long size) => Graph.Constant([size]);

        GraphValue Shaped(GraphValue value, params GraphValue[] sizes) =>
            Graph.Node("Reshape", [value, Graph.Node("Concat", sizes, ("axis", 0))]);
    }

    private GraphValue Gelu(GraphValue x)
    {
        var cubic = Graph.Add(Graph.Scalar(1f), Graph.Mul(Graph.Scalar(0.044715f), Graph.Mul(x, x)));
        var tanh = Graph.Node("Tanh", [Graph.Mul(Graph.Mul(Graph.Scalar(0.79788456f), x), cubic)]);
        return Graph.Mul(Graph.Mul(x, Graph.Scalar(0.5f)), Graph.Add(Graph.Scalar(1f), tanh));
    }
}
