using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// Qwen2 (arXiv 2407.10671) as transformers runs it: RMSNorm before each part of a block, grouped-query attention with rotary positions
/// and biases on queries, keys and values, SwiGLU.
/// </summary>
internal static class Qwen2Graph
{
    public static void Build(GraphBuilder graph, Qwen2Config config, ModelWeights weights)
    {
        var decoder = new DecoderGraph(graph, config.Heads, config.KvHeads, config.HeadSize);
        var embedding = graph.Matrix(weights.Matrix("embed_tokens.weight", config.Vocabulary, config.Hidden));
        var rotary = graph.Rotary(config.MaxTokens, config.HeadSize, config.Theta);
        var (queries, keys) = (config.Heads * config.HeadSize, config.KvHeads * config.HeadSize);

        var hidden = graph.Gather(embedding, decoder.FlatIds());
        var normed = graph.RmsNorm(hidden, Norm("layers.0.input_layernorm"), config.Epsilon);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var name = $"layers.{layer}.";
            var qkv = graph.Linear(normed, Qkv(name, "weight", config.Hidden), graph.Vector(Qkv(name, "bias", 1)));
            var attended = Linear(decoder.Attention(layer, qkv, rotary, GraphValue.None), $"{name}self_attn.o_proj", config.Hidden, queries);
            (normed, hidden) = graph.SkipRmsNorm(attended, hidden, Norm($"{name}post_attention_layernorm"), config.Epsilon);
            var gate = graph.Silu(Linear(normed, $"{name}mlp.gate_proj", config.Inner, config.Hidden));
            var up = Linear(normed, $"{name}mlp.up_proj", config.Inner, config.Hidden);
            var down = Linear(graph.Mul(gate, up), $"{name}mlp.down_proj", config.Hidden, config.Inner);
            var last = layer == config.Layers - 1;
            if (last)
            {
                (down, hidden) = (decoder.OutputRows(down), decoder.OutputRows(hidden));
            }

            (normed, hidden) = graph.SkipRmsNorm(down, hidden, Norm(last ? "norm" : $"layers.{layer + 1}.input_layernorm"), config.Epsilon);
        }

        var head = config.TiedHead ? embedding : graph.Matrix(weights.Matrix("lm_head.weight", config.Vocabulary, config.Hidden));
        graph.Output(graph.GemmTransposed(normed, head), DecoderGraph.Logits, DataType.Float, "batch", config.Vocabulary);

        TensorRows Qkv(string layer, string part, int columns) => weights.Stacked(
            $"{layer}self_attn.qkv_proj.{part}",
            columns,
            ($"{layer}self_attn.q_proj.{part}", queries),
            ($"{layer}self_attn.k_proj.{part}", keys),
            ($"{layer}self_attn.v_proj.{part}", keys));

        GraphValue Linear(GraphValue x, string layer, int outputs, int inputs) =>
            graph.Linear(x, weights.Matrix($"{layer}.weight", outputs, inputs), GraphValue.None);

        GraphValue Norm(string layer) => graph.Vector(weights.Vector($"{layer}.weight", config.Hidden));
    }
}
