using Pipeline.Inference.Kernels;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// Qwen2 (arXiv 2407.10671), also Qwen1.5 and Qwen2.5, as transformers runs it: RMSNorm before each part of a block, grouped-query
/// attention with rotary positions and with biases on queries, keys and values, SwiGLU.
/// </summary>
internal sealed class Qwen2Graph
{
    private readonly GraphBuilder _graph;
    private readonly GraphWeights _weights;
    private readonly ModelTarget _target;
    private readonly ModelTensors _tensors;
    private readonly int _vocabulary;
    private readonly int _hidden;
    private readonly int _inner;
    private readonly int _layers;
    private readonly int _heads;
    private readonly int _kvHeads;
    private readonly int _headSize;
    private readonly int _maxTokens;
    private readonly float _epsilon;
    private readonly float _theta;
    private readonly bool _tied;

    private Qwen2Graph(ArchitectureInput input, GraphBuilder graph)
    {
        var config = input.Config;
        config.Expect("hidden_act", "silu");
        config.Expect("use_sliding_window", "false");
        config.Expect("rope_scaling", "null");
        config.Expect("is_causal", "true");
        _graph = graph;
        _tensors = input.Tensors;
        _weights = new(graph, input.Tensors, input.Request.Precision, DecoderFolder.Arithmetic(input.Request));
        _target = input.Request.Target;
        _vocabulary = config.Integer(1, "vocab_size");
        _hidden = config.Integer(1, "hidden_size");
        _inner = config.Integer(1, "intermediate_size");
        _layers = config.Integer(1, "num_hidden_layers");
        _heads = config.Integer(1, "num_attention_heads");
        _kvHeads = config.OptionalInteger(1, "num_key_value_heads") ?? _heads;
        _maxTokens = config.Integer(2, "max_position_embeddings");
        _epsilon = config.PositiveNumber("rms_norm_eps");
        _theta = config.PositiveNumber("rope_theta");
        _tied = config.Flag("tie_word_embeddings");
        _headSize = _hidden / _heads;
        if (_hidden % _heads != 0 || _heads % _kvHeads != 0)
        {
            throw new ModelException(
                $"{config.FilePath}: num_attention_heads {_heads} does not divide hidden_size {_hidden}, or num_key_value_heads {_kvHeads} does "
                + $"not divide {_heads}.");
        }
    }

    public static ModelProfile Build(ArchitectureInput input, GraphBuilder graph)
    {
        var qwen = new Qwen2Graph(input, graph);
        var sentence = DecoderFolder.FindSentence(input);
        var shape = new DecoderShape(qwen._layers, qwen._heads, qwen._kvHeads, qwen._headSize);
        var headIds = DecoderFolder.HeadIds(input, sentence, qwen._vocabulary, shape);
        qwen.Build(sentence?.Pooling, headIds);
        return DecoderFolder.Profile(input.Config, sentence, qwen._vocabulary, qwen._maxTokens, qwen._hidden, shape, headIds);
    }

    private void Build(PoolingMode? pooling, int[]? headIds)
    {
        var decoder = new DecoderGraph(_graph, _heads, _kvHeads, _headSize, _weights, embeds: pooling is not null, _target);
        var rotary = _graph.Rotary(_weights.Arithmetic, _maxTokens + 1, _headSize, _theta); // one more, since prompts are padded to an even length
        var embedding = _weights.Table("embed_tokens.weight", _vocabulary, _hidden);
        var hidden = _weights.Rows(embedding, decoder.Ids);
        var normed = Normalise(hidden, Norm("layers.0.input_layernorm"));
        for (var layer = 0; layer < _layers; layer++)
        {
            var name = $"layers.{layer}";
            var attended = decoder.Attention(layer, QueriesKeysValues(normed, $"{name}.self_attn"), rotary, GraphValue.None);
            var last = layer == _layers - 1;
            if (last)
            {
                // From here on a token needs nothing of its neighbours, and most tokens of a prompt are not needed.
                (attended, hidden) = (decoder.OutputRows(attended, _heads * _headSize), decoder.OutputRows(hidden, _hidden));
            }

            (normed, hidden) = Add(
                attended, $"{name}.self_attn.o_proj.weight", _heads * _headSize, hidden, $"{name}.post_attention_layernorm");
            var gate = _weights.Linear(normed, _weights.Matrix($"{name}.mlp.gate_proj.weight", _hidden, _inner), activation: Activation.Silu);
            var up = _weights.Linear(normed, _weights.Matrix($"{name}.mlp.up_proj.weight", _hidden, _inner));
            (normed, hidden) = Add(
                _graph.Mul(gate, up), $"{name}.mlp.down_proj.weight", _inner, hidden, last ? "norm" : $"layers.{layer + 1}.input_layernorm");
        }

        if (pooling is { } mode)
        {
            decoder.OutputEmbedding(normed, _hidden, mode);
        }
        else
        {
            var head = _tied ? embedding : _weights.Table("lm_head.weight", _vocabulary, _hidden);
            decoder.OutputLogits(_weights.Head(normed, head, headIds), _vocabulary, _target);
        }
    }

    private GraphValue QueriesKeysValues(GraphValue x, string name)
    {
        return _weights.Linear(x, Stack("weight", _hidden), _weights.Vector(Stack("bias", 1)));

        WeightRows Stack(string part, int columns) => WeightRows.Stack(
            _tensors,
            $"{name}.qkv_proj.{part}",
            columns,
            ($"{name}.q_proj.{part}", _heads * _headSize),
            ($"{name}.k_proj.{part}", _kvHeads * _headSize),
            ($"{name}.v_proj.{part}", _kvHeads * _headSize));
    }

    /// <summary>A linear layer added to the residual stream: RMSNorm of the sum, and the sum.</summary>
    private (GraphValue Normed, GraphValue Sum) Add(GraphValue x, string linear, int inputs, GraphValue hidden, string norm)
    {
        var (matrix, weight) = (_weights.Matrix(linear, inputs, _hidden), Norm(norm));
        if (_target == ModelTarget.Cuda)
        {
            return _graph.SkipRmsNorm(_weights.Linear(x, matrix), hidden, weight, _epsilon);
        }

        var sum = _weights.Linear(x, matrix, residual: hidden);
        return (Normalise(sum, weight), sum);
    }

    private GraphValue Normalise(GraphValue x, GraphValue weight) => _target == ModelTarget.Cuda
        ? _graph.RmsNorm(x, weight, _epsilon)
        : _graph.Normalize(x, weight, GraphValue.None, _epsilon);

    private GraphValue Norm(string name) => _weights.Vector($"{name}.weight", _hidden);
}
