using Pipeline.Inference.Kernels;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// BLOOM (BigScience 2022, arXiv 2211.05100) as transformers runs it: LayerNorm behind the embedding, pre-LN blocks, ALiBi, GELU by tanh,
/// the embedding as the head.
/// </summary>
internal sealed class BloomGraph
{
    // What BLOOM was trained with; configurations of its descendants leave the key out.
    private const int TrainedTokens = 2048;

    private readonly GraphBuilder _graph;
    private readonly GraphWeights _weights;
    private readonly ModelTarget _target;
    private readonly ModelTensors _tensors;
    private readonly int _vocabulary;
    private readonly int _hidden;
    private readonly int _inner;
    private readonly int _layers;
    private readonly int _heads;
    private readonly int _maxTokens;
    private readonly float _epsilon;

    private BloomGraph(ArchitectureInput input, GraphBuilder graph)
    {
        var config = input.Config;
        config.Expect("apply_residual_connection_post_layernorm", "false");
        config.Expect("tie_word_embeddings", "true");
        _graph = graph;
        _tensors = input.Tensors;
        _weights = new(graph, input.Tensors, input.Request.Precision, DecoderFolder.Arithmetic(input.Request));
        _target = input.Request.Target;
        _vocabulary = config.Integer(1, "vocab_size");
        _hidden = config.Integer(1, "hidden_size", "n_embed");
        _inner = config.OptionalInteger(1, "n_inner") ?? 4 * _hidden;
        _layers = config.Integer(1, "n_layer", "num_hidden_layers");
        _heads = config.Integer(1, "n_head", "num_attention_heads");
        _epsilon = config.PositiveNumber("layer_norm_epsilon");
        _maxTokens = config.OptionalInteger(2, "seq_length", "n_positions") ?? TrainedTokens;
        if (_hidden % _heads != 0)
        {
            throw new ModelException($"{config.FilePath}: hidden_size {_hidden} is no multiple of n_head {_heads}.");
        }
    }

    private int HeadSize => _hidden / _heads;

    public static ModelProfile Build(ArchitectureInput input, GraphBuilder graph)
    {
        var bloom = new BloomGraph(input, graph);
        var sentence = DecoderFolder.FindSentence(input);
        var cache = sentence is null ? bloom.Cache(input) : null;
        var shape = new DecoderShape(bloom._layers, bloom._heads, bloom._heads, bloom.HeadSize, cache);
        var headIds = DecoderFolder.HeadIds(input, sentence, bloom._vocabulary, shape);
        bloom.Build(sentence?.Pooling, headIds, cache is null ? bloom._weights.Arithmetic : DataType.Int8);
        return DecoderFolder.Profile(input.Config, sentence, bloom._vocabulary, bloom._maxTokens, bloom._hidden, shape, headIds);
    }

    /// <summary>What is asked for and can be had: int8 on GPUs.</summary>
    /// <exception cref="ModelException">The kernels can't read such heads in int8.</exception>
    private ModelPrecision? Cache(ArchitectureInput input) => input.Request is not { Target: ModelTarget.Cuda, Cache: ModelPrecision.Int8 } ? null
        : Attention.AlibiAttention.Refusal(DataType.Int8, HeadSize) is { } refusal
            ? throw new ModelException($"{input.Config.FilePath}: with --cache int8, {refusal}. Leave --cache out.")
            : ModelPrecision.Int8;

    private void Build(PoolingMode? pooling, int[]? headIds, DataType cache)
    {
        var generatesOnGpu = _target == ModelTarget.Cuda && pooling is null;
        // ONNX Runtime's fast attention for GPUs, which one that embeds has, takes ALiBi inside the heads.
        var extra = _target == ModelTarget.Cuda && !generatesOnGpu ? FoldedAlibi.HeadNumbers : 0;
        var slopes = AlibiSlopes.For(_heads);
        var decoder = new DecoderGraph(_graph, _heads, _heads, HeadSize + extra, _weights, embeds: pooling is not null, _target);
        var alibi = generatesOnGpu ? _graph.Constant(slopes)
            : extra > 0 ? _graph.Gather(FoldedAlibi.Table(_graph, _weights.Arithmetic, slopes, HeadSize, _maxTokens + 1), decoder.Positions())
            : decoder.Alibi(slopes);
        var embedding = _weights.Table("word_embeddings.weight", _vocabulary, _hidden);
        var hidden = Normalise(_weights.Rows(embedding, decoder.Ids), "word_embeddings_layernorm");
        var normed = Normalise(hidden, "h.0.input_layernorm");
        for (var layer = 0; layer < _layers; layer++)
        {
            var name = $"h.{layer}";
            var attended = generatesOnGpu
                ? AlibiAttention(decoder, layer, normed, alibi, cache)
                : decoder.Attention(
                    layer, QueriesKeysValues(normed, name, extra, alibi), null, extra > 0 ? GraphValue.None : alibi,
                    extra > 0 ? 1 / MathF.Sqrt(HeadSize) : null);
            var last = layer == _layers - 1;
            if (last)
            {
                // From here on a token needs nothing of its neighbours, and most tokens of a prompt are not needed.
                (attended, hidden) = (decoder.OutputRows(attended, _heads * (HeadSize + extra)), decoder.OutputRows(hidden, _hidden));
            }

            var dense = _weights.Matrix($"{name}.self_attention.dense.weight", _hidden, _hidden);
            var bias = generatesOnGpu ? DenseBias(name, dense) : _weights.Vector($"{name}.self_attention.dense.bias", _hidden);
            (normed, hidden) = Add(dense.PadColumns(HeadSize, extra), attended, hidden, bias, $"{name}.post_attention_layernorm");
            var inner = _weights.Linear(
                normed, _weights.Matrix($"{name}.mlp.dense_h_to_4h.weight", _hidden, _inner), _weights.Vector($"{name}.mlp.dense_h_to_4h.bias", _inner),
                Activation.FastGelu);
            (normed, hidden) = Add(
                _weights.Matrix($"{name}.mlp.dense_4h_to_h.weight", _inner, _hidden),
                inner, hidden, _weights.Vector($"{name}.mlp.dense_4h_to_h.bias", _hidden), last ? "ln_f" : $"h.{layer + 1}.input_layernorm");
        }

        if (pooling is { } mode)
        {
            decoder.OutputEmbedding(normed, _hidden, mode);
        }
        else
        {
            decoder.OutputLogits(_weights.Head(normed, embedding, headIds), _vocabulary, _target);
        }
    }

    /// <summary>Queries, keys and values one behind the other; with ALiBi in heads that have numbers for it.</summary>
    private GraphValue QueriesKeysValues(GraphValue x, string layer, int extra, GraphValue alibi)
    {
        var sum = _weights.Linear(
            x, Packed(layer, "weight", _hidden).PadRows(HeadSize, extra), _weights.Vector(Packed(layer, "bias", 1).PadRows(HeadSize, extra)));
        return extra > 0 ? _graph.Add(sum, alibi) : sum;
    }

    /// <summary>
    /// Attention of a graph for GPUs that generates, with as few biases as it needs, since each is a pass through the device's memory: the attention adds that
    /// of queries, softmax takes no notice of that of keys, which all keys of a query share, and that of values is part of <see cref="DenseBias"/>.
    /// </summary>
    private GraphValue AlibiAttention(DecoderGraph decoder, int layer, GraphValue x, GraphValue slopes, DataType cache)
    {
        var name = $"h.{layer}";
        var bias = Packed(name, "bias", 1).Slice($"{name}.self_attention.query.bias", 0, _hidden);
        return decoder.AlibiAttention(layer, _weights.Linear(x, Packed(name, "weight", _hidden)), _weights.Vector(bias), slopes, cache);
    }

    /// <summary>The bias of the attention's output. The weights of a softmax sum up to 1, so it can have that of the values in it.</summary>
    private GraphValue DenseBias(string layer, WeightRows dense) => _weights.FoldedBias(
        $"{layer}.self_attention.dense.bias", dense, Packed(layer, "bias", 1).Slice($"{layer}.self_attention.value.bias", 2 * _hidden, _hidden));

    /// <summary>Rows of queries, then of keys, then of values. The checkpoint's tensor has for each head those of its query, its key and its value.</summary>
    private WeightRows Packed(string layer, string tensor, int columns) =>
        WeightRows.Deinterleave(_tensors, $"{layer}.self_attention.query_key_value.{tensor}", _heads, 3, HeadSize, columns);

    private GraphValue Normalise(GraphValue x, string name)
    {
        var (weight, bias) = Norm(name);
        return _target == ModelTarget.Cuda
            ? _graph.LayerNormalization(x, weight, bias, _epsilon)
            : _graph.Normalize(x, weight, bias, _epsilon);
    }

    /// <summary>A linear layer added to the residual stream: LayerNorm of the sum, and the sum.</summary>
    private (GraphValue Normed, GraphValue Sum) Add(WeightRows linear, GraphValue x, GraphValue hidden, GraphValue bias, string norm)
    {
        if (_target == ModelTarget.Cuda)
        {
            var (weight, shift) = Norm(norm);
            return _graph.SkipLayerNormalization(_weights.Linear(x, linear), hidden, weight, shift, bias, _epsilon, sum: true);
        }

        var sum = _weights.Linear(x, linear, bias, residual: hidden);
        return (Normalise(sum, norm), sum);
    }

    private (GraphValue Weight, GraphValue Bias) Norm(string name) =>
        (_weights.Vector($"{name}.weight", _hidden), _weights.Vector($"{name}.bias", _hidden));
}
