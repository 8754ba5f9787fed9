using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// BLOOM (BigScience 2022, arXiv 2211.05100) as transformers runs it: LayerNorm behind the embedding, pre-LN blocks, ALiBi, GELU by tanh,
/// the embedding as the head. The fused matrix of queries, keys and values is interleaved by head in the checkpoint.
/// </summary>
internal static class BloomGraph
{
    public static void Build(GraphBuilder graph, BloomConfig config, ModelWeights weights)
    {
        var decoder = new DecoderGraph(graph, config.Heads, config.Heads, config.HeadSize);
        var embedding = graph.Matrix(weights.Matrix("word_embeddings.weight", config.Vocabulary, config.Hidden));
        var bias = decoder.AlibiBias(AlibiSlopes.For(config.Heads));

        var (norm, normBias) = Norm("word_embeddings_layernorm");
        var hidden = graph.LayerNormalization(graph.Gather(embedding, decoder.FlatIds()), norm, normBias, config.Epsilon);
        (norm, normBias) = Norm("h.0.input_layernorm");
        var normed = graph.LayerNormalization(hidden, norm, normBias, config.Epsilon);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var name = $"h.{layer}.";
            var qkv = graph.Linear(normed, Qkv($"{name}self_attention.query_key_value.weight", config.Hidden),
                graph.Vector(Qkv($"{name}self_attention.query_key_value.bias", 1)));
            var attended = Linear(decoder.Attention(layer, qkv, null, bias), $"{name}self_attention.dense", config.Hidden, config.Hidden);
            (normed, hidden) = AddAndNorm(attended, $"{name}self_attention.dense", $"{name}post_attention_layernorm");
            var inner = Linear(normed, $"{name}mlp.dense_h_to_4h", config.Inner, config.Hidden);
            inner = graph.FastGelu(inner, Bias($"{name}mlp.dense_h_to_4h", config.Inner));
            var outer = Linear(inner, $"{name}mlp.dense_4h_to_h", config.Hidden, config.Inner);
            var last = layer == config.Layers - 1;
            if (last)
            {
                (outer, hidden) = (decoder.OutputRows(outer), decoder.OutputRows(hidden));
            }

            (normed, hidden) = AddAndNorm(outer, $"{name}mlp.dense_4h_to_h", last ? "ln_f" : $"h.{layer + 1}.input_layernorm");
        }

        graph.Output(graph.GemmTransposed(normed, embedding), DecoderGraph.Logits, DataType.Float, "batch", config.Vocabulary);

        TensorRows Qkv(string tensor, int columns) => weights.Deinterleaved(tensor, config.Heads, 3, config.HeadSize, columns);

        GraphValue Linear(GraphValue x, string layer, int outputs, int inputs) =>
            graph.Linear(x, weights.Matrix($"{layer}.weight", outputs, inputs), GraphValue.None);

        GraphValue Bias(string layer, int size) => graph.Vector(weights.Vector($"{layer}.bias", size));

        (GraphValue Weight, GraphValue Bias) Norm(string layer) =>
            (graph.Vector(weights.Vector($"{layer}.weight", config.Hidden)), Bias(layer, config.Hidden));

        (GraphValue Normed, GraphValue Sum) AddAndNorm(GraphValue x, string linear, string layerNorm)
        {
            var (weight, shift) = Norm(layerNorm);
            return graph.SkipLayerNormalization(x, hidden, weight, shift, Bias(linear, config.Hidden), config.Epsilon, sum: true);
        }
    }
}
