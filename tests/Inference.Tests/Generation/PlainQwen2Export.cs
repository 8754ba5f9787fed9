using Pipeline.Inference.Generation;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Tests.Generation;

/// <summary>A Qwen2 model as Optimum exports it, with position_ids.</summary>
internal sealed class PlainQwen2Export(string model) : PlainDecoderExport(model, 4, 2, "model.")
{
    protected override void Build()
    {
        var vocabulary = Config.Integer(1, "vocab_size");
        var inner = Config.Integer(1, "intermediate_size");
        var embedding = Weight("embed_tokens.weight", vocabulary, Hidden);
        var (cos, sin) = Rotation(Graph.Input(ExportedDecoder.PositionIds, DataType.Int64, "batch_size", "sequence_length"));
        var hidden = Graph.Gather(embedding, Ids);
        for (var layer = 0; layer < Config.Integer(1, "num_hidden_layers"); layer++)
        {
            var name = $"layers.{layer}";
            var attended = Attention(Norm(hidden, $"{name}.input_layernorm"), layer, $"{name}.self_attn", cos, sin);
            hidden = Graph.Add(hidden, Linear(attended, $"{name}.self_attn.o_proj", Hidden, Hidden, bias: false));
            var normed = Norm(hidden, $"{name}.post_attention_layernorm");
            var gate = Linear(normed, $"{name}.mlp.gate_proj", Hidden, inner, bias: false);
            var up = Linear(normed, $"{name}.mlp.up_proj", Hidden, inner, bias: false);
            var product = Graph.Mul(Graph.Mul(gate, Graph.Node("Sigmoid", [gate])), up);
            hidden = Graph.Add(hidden, Linear(product, $"{name}.mlp.down_proj", inner, Hidden, bias: false));
        }

        var head = Config.Flag("tie_word_embeddings") ? embedding : Weight("lm_head.weight", vocabulary, Hidden);
        OutputLogits(Graph.MatMul(Norm(hidden, "norm"), Graph.Node("Transpose", [head])));
    }

    private GraphValue Norm(GraphValue x, string name)
    {
        var mean = Graph.Node("ReduceMean", [Graph.Mul(x, x), Graph.Constant([-1L])]);
        var root = Graph.Node("Sqrt", [Graph.Add(mean, Graph.Scalar(Config.PositiveNumber("rms_norm_eps")))]);
        return Graph.Mul(Graph.Div(x, root), Weight($"{name}.weight", Hidden));
    }

    /// <summary>Cosines and sines, [batch, 1, tokens, head size], both halves alike.</summary>
    private (GraphValue Cos, GraphValue Sin) Rotation(GraphValue positions)
    {
        var theta = Config.PositiveNumber("rope_theta");
        var frequencies = Enumerable.Range(0, HeadSize).Select(i => (float)Math.Pow(theta, -2.0 * (i % (HeadSize / 2)) / HeadSize)).ToArray();
        var angles = Graph.Mul(Graph.Cast(Graph.Unsqueeze(positions, 1, 3), DataType.Float), Graph.Constant(frequencies));
        return (Graph.Node("Cos", [angles]), Graph.Node("Sin", [angles]));
    }

    private GraphValue Attention(GraphValue x, int layer, string name, GraphValue cos, GraphValue sin)
    {
        var query = Rotate(Split(Linear(x, $"{name}.q_proj", Hidden, Hidden, bias: true), Heads), cos, sin);
        var key = Rotate(Split(Linear(x, $"{name}.k_proj", Hidden, KvHeads * HeadSize, bias: true), KvHeads), cos, sin);
        var value = Split(Linear(x, $"{name}.v_proj", Hidden, KvHeads * HeadSize, bias: true), KvHeads);
        key = Repeated(Cached(layer, "key", key, 2, "batch_size", KvHeads, "past", HeadSize));
        value = Repeated(Cached(layer, "value", value, 2, "batch_size", KvHeads, "past", HeadSize));
        var products = Graph.MatMul(query, Graph.Node("Transpose", [key], ("perm", new long[] { 0, 1, 3, 2 })));
        return Merge(Graph.MatMul(Softmax(Masked(Graph.Mul(products, Graph.Scalar((float)(1 / Math.Sqrt(HeadSize)))))), value));
    }

    /// <summary>x * cos + (-second half, first half) * sin.</summary>
    private GraphValue Rotate(GraphValue x, GraphValue cos, GraphValue sin)
    {
        var halves = Graph.Nodes("Split", [x], [true, true], ("axis", -1), ("num_outputs", 2));
        var turned = Graph.Node("Concat", [Graph.Node("Neg", [halves[1]]), halves[0]], ("axis", -1));
        return Graph.Add(Graph.Mul(x, cos), Graph.Mul(turned, sin));
    }

    /// <summary>Each head of keys or values serves two of the queries.</summary>
    private GraphValue Repeated(GraphValue x) =>
        Graph.Gather(x, Graph.Constant([.. Enumerable.Range(0, Heads).Select(head => (long)(head / (Heads / KvHeads)))]), axis: 1);
}
