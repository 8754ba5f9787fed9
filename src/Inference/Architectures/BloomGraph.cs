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

    private static readonly string[] s_parts = ["query", "key", "value"];

    private readonly GraphBuilder _graph;
    private readonly GraphWeights _weights;
    private readonly ModelTarget _target;
    private readonly ModelTensors _tensors;
    private readonly bool _isStep;
    private readonly int _vocabulary;
    private readonly int _hidden;
    private readonly int _inner;
    private readonly int _layers;
    private readonly int _heads;
    private readonly int _maxTokens;
    private readonly float _epsilon;

    private BloomGraph(ArchitectureInput input, GraphBuilder graph, bool isStep = false)
    {
        _isStep = isStep;
        var config = input.Config;
        config.Expect("apply_residual_connection_post_layernorm", "false");
        config.Expect("tie_word_embeddings", "true");
        _graph = graph;
        _tensors = input.Tensors;
        _weights = new(graph, input.Tensors, input.Request.Precision, DecoderFolder.Arithmetic(input.Request)) { FewRows = isStep };
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

    /// <summary>Numbers that a head has beside its own.</summary>
    private int Extra => _target == ModelTarget.Cuda ? FoldedAlibi.HeadNumbers : 0;

    public static ModelProfile Build(ArchitectureInput input, GraphBuilder graph)
    {
        var bloom = new BloomGraph(input, graph);
        var sentence = DecoderFolder.FindSentence(input);
        var shape = new DecoderShape(bloom._layers, bloom._heads, bloom._heads, bloom.HeadSize + bloom.Extra);
        var headIds = DecoderFolder.HeadIds(input, sentence, bloom._vocabulary, shape);
        bloom.Build(sentence?.Pooling, headIds);
        if (input.Request.Target == ModelTarget.Cuda && sentence is null)
        {
            new BloomGraph(input, graph.BeginSteps(), isStep: true).Build(pooling: null, headIds);
        }

        return DecoderFolder.Profile(input.Config, sentence, bloom._vocabulary, bloom._maxTokens, bloom._hidden, shape, headIds);
    }

    private void Build(PoolingMode? pooling, int[]? headIds)
    {
        var (heads, slopes) = (_heads * (HeadSize + Extra), AlibiSlopes.For(_heads));
        var decoder = new DecoderGraph(_graph, _heads, _heads, HeadSize + Extra, _weights, embeds: pooling is not null, _target, _isStep);
        var paged = _target == ModelTarget.Cuda && pooling is null;
        var (alibi, bias) = _isStep ? (GraphValue.None, _graph.Constant(slopes)) : _target == ModelTarget.Cuda
            ? (_graph.Gather(
                FoldedAlibi.Table(_graph, _weights.Arithmetic, slopes, HeadSize, _maxTokens + 1, keysOnly: paged), decoder.Positions()), GraphValue.None)
            : (GraphValue.None, decoder.Alibi(slopes));
        var embedding = _weights.Table("word_embeddings.weight", _vocabulary, _hidden);
        var hidden = Normalise(_weights.Rows(embedding, decoder.Ids), "word_embeddings_layernorm");
        var normed = Normalise(hidden, "h.0.input_layernorm");
        for (var layer = 0; layer < _layers; layer++)
        {
            var name = $"h.{layer}";
            var attended = _isStep ? StepAttention(decoder, layer, normed, bias) : paged
                ? PagedAttention(decoder, layer, normed, alibi)
                : decoder.Attention(
                    layer, QueriesKeysValues(normed, name, alibi), null, bias, _target == ModelTarget.Cuda ? 1 / MathF.Sqrt(HeadSize) : null);
            var last = layer == _layers - 1;
            if (last)
            {
                // From here on a token needs nothing of its neighbours, and most tokens of a prompt are not needed.
                (attended, hidden) = (decoder.OutputRows(attended, heads), decoder.OutputRows(hidden, _hidden));
            }

            var dense = _weights.Matrix($"{name}.self_attention.dense.weight", _hidden, _hidden).PadColumns(HeadSize, Extra);
            (normed, hidden) = Add(dense, attended, hidden, DenseBias(name, dense, folded: paged), $"{name}.post_attention_layernorm");
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

    /// <summary>Queries, keys and values one behind the other.</summary>
    private GraphValue QueriesKeysValues(GraphValue x, string layer, GraphValue alibi)
    {
        var sum = _weights.Linear(
            x, Packed(layer, "weight", _hidden).PadRows(HeadSize, Extra), _weights.Vector(Packed(layer, "bias", 1).PadRows(HeadSize, Extra)));
        return alibi == GraphValue.None ? sum : _graph.Add(sum, alibi);
    }

    /// <summary>
    /// Attention of a graph for GPUs that generates, with as few biases as it needs, since each is a pass through the device's memory: softmax takes no
    /// notice of that of keys, which all keys of a query share, and that of values is part of <see cref="DenseBias"/>.
    /// </summary>
    private GraphValue PagedAttention(DecoderGraph decoder, int layer, GraphValue x, GraphValue alibi)
    {
        var name = $"h.{layer}";
        var query = Product("query", _weights.Vector(Part(name, "query", "bias", 1).PadRows(HeadSize, FoldedAlibi.QueryNumbers)));
        var key = _graph.Add(Product("key"), alibi);
        return decoder.PagedAttention(layer, query, key, Product("value"), rotary: null, 1 / MathF.Sqrt(HeadSize));

        GraphValue Product(string part, GraphValue bias = default) =>
            _weights.Linear(x, Part(name, part, "weight", _hidden).PadRows(HeadSize, Extra), bias);
    }

    /// <summary>The same of a graph for steps, whose kernel adds the queries' bias and ALiBi: one narrow product is all that goes before it.</summary>
    private GraphValue StepAttention(DecoderGraph decoder, int layer, GraphValue x, GraphValue slopes)
    {
        var name = $"h.{layer}";
        var bias = Packed(name, "bias", 1).Slice($"{name}.self_attention.query.bias.narrow", 0, _hidden);
        return decoder.StepAttention(layer, _weights.Linear(x, Packed(name, "weight", _hidden)), _weights.Vector(bias), slopes, HeadSize);
    }

    /// <summary>The bias of the attention's output. The weights of a softmax sum up to 1, so it can have that of the values in it.</summary>
    private GraphValue DenseBias(string layer, WeightRows dense, bool folded)
    {
        var name = $"{layer}.self_attention.dense.bias";
        return folded
            ? _weights.FoldedBias(name, dense, Part(layer, "value", "bias", 1).PadRows(HeadSize, Extra))
            : _weights.Vector(name, _hidden);
    }

    /// <summary>Rows of queries, then of keys, then of values. The checkpoint's tensor has for each head those of its query, its key and its value.</summary>
    private WeightRows Packed(string layer, string tensor, int columns) =>
        WeightRows.Deinterleave(_tensors, $"{layer}.self_attention.query_key_value.{tensor}", _heads, 3, HeadSize, columns);

    /// <summary>Those of "query", "key" or "value" alone.</summary>
    private WeightRows Part(string layer, string part, string tensor, int columns) => Packed(layer, tensor, columns).Slice(
        $"{layer}.self_attention.{part}.{tensor}", Array.IndexOf(s_parts, part) * _hidden, _hidden);

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
