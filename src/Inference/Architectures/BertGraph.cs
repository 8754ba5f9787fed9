using Pipeline.Inference.Attention;
using Pipeline.Inference.Classification;
using Pipeline.Inference.Kernels;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// BERT (Devlin et al. 2019) and XLM-RoBERTa (Conneau et al. 2020) as encoders: post-norm blocks, GELU by the error function, absolute
/// positions. On a CPU the inputs are <c>input_ids</c> and <c>attention_mask</c> (1 = token), int64 [batch, sequence], without padding; on a GPU
/// <c>input_ids</c>, int64 [tokens], and those of <see cref="PackedInputs"/>. Output <c>embedding</c>, float32 [batch, dimensions], pooled and not normalised.
/// The token type is 0 everywhere. With the head of a sequence classifier the output is <c>logits</c>, float32 [batch, classes], made from the first token's
/// vector.
/// </summary>
internal sealed class BertGraph
{
    private readonly GraphBuilder _graph;
    private readonly GraphWeights _weights;
    private readonly ModelTensors _tensors;
    private readonly int _hidden;
    private readonly int _inner;
    private readonly int _heads;
    private readonly float _epsilon;

    // Null in a graph for CPUs.
    private readonly PackedInputs? _packed;

    private BertGraph(ArchitectureInput input, GraphBuilder graph)
    {
        _graph = graph;
        _tensors = input.Tensors;
        _weights = new(graph, input.Tensors, input.Request.Precision, Arithmetic(input.Request));
        _hidden = input.Config.Integer(1, "hidden_size");
        _inner = input.Config.Integer(1, "intermediate_size");
        _heads = input.Config.Integer(1, "num_attention_heads");
        _epsilon = input.Config.PositiveNumber("layer_norm_eps");
        _packed = input.Request.Target == ModelTarget.Cpu ? null : new(graph);
        if (_hidden % _heads != 0)
        {
            throw new ModelException($"{input.Config.FilePath}: hidden_size {_hidden} is no multiple of num_attention_heads {_heads}.");
        }
    }

    /// <summary>GPUs multiply 16-bit numbers much faster than 32-bit ones; CPUs have to widen them first.</summary>
    private static DataType Arithmetic(ImportRequest request) => request switch
    {
        { Target: ModelTarget.Cpu } or { Precision: ModelPrecision.Fp32 } => DataType.Float,
        { Precision: ModelPrecision.Fp16 } => DataType.Float16,
        _ => throw new ModelException("An embedding model for cuda is imported with --precision fp32 or fp16; int8 and int4 run on CPUs."),
    };

    /// <summary>BERT: positions count from 0.</summary>
    public static ModelProfile BuildBert(ArchitectureInput input, GraphBuilder graph) =>
        Build(input, graph, input.Config.OptionalInteger(0, "pad_token_id") ?? 0, offset: 0);

    /// <summary>XLM-RoBERTa: positions count the tokens that are no padding, from the id of padding + 1.</summary>
    public static ModelProfile BuildXlmRoberta(ArchitectureInput input, GraphBuilder graph)
    {
        var padId = input.Config.OptionalInteger(0, "pad_token_id") ?? 1;
        return Build(input, graph, padId, offset: padId + 1);
    }

    private static ModelProfile Build(ArchitectureInput input, GraphBuilder graph, int padId, int offset)
    {
        var config = input.Config;
        if (input.HeadIds is not null)
        {
            throw new ModelException($"'{input.Request.Folder}' embeds and has no head. Leave --shortlist out.");
        }

        config.Expect("hidden_act", "gelu");
        config.Expect("position_embedding_type", "absolute");
        config.Expect("is_decoder", "false");
        var labels = ClassifierLabels.Find(config, input.Request);
        var sentence = SentenceFolder.Read(input.Request.Folder, input.Request.Pooling);
        var vocabulary = config.Integer(1, "vocab_size");
        var positions = config.Integer(offset + 2, "max_position_embeddings");
        var layers = config.Integer(1, "num_hidden_layers");
        var types = config.Integer(1, "type_vocab_size");
        var bert = new BertGraph(input, graph);

        var packed = bert._packed;
        var ids = packed is null ? graph.Input("input_ids", DataType.Int64, "batch", "sequence") : graph.Input("input_ids", DataType.Int64, "tokens");
        var mask = packed is null ? graph.Input("attention_mask", DataType.Int64, "batch", "sequence") : GraphValue.None;
        var hidden = bert.Embed(ids, bert.PositionIds(ids, padId, offset), vocabulary, positions, types);
        var isFirstPooled = sentence.Pooling == PoolingMode.Cls;
        for (var layer = 0; layer < layers; layer++)
        {
            hidden = bert.Block($"encoder.layer.{layer}", hidden, firstOnly: isFirstPooled && layer == layers - 1);
        }

        var profile = new ModelProfile { Vocabulary = vocabulary, MaxTokens = Math.Min(positions - offset, sentence.MaxTokens ?? int.MaxValue) };
        if (labels is not null)
        {
            var (dense, last) = offset == 0 ? ("pooler.dense", "classifier") : ("classifier.dense", "classifier.out_proj");
            graph.Output(bert.Classify(hidden, dense, last, labels.Count), ClassifierModel.Logits, DataType.Float, "batch", labels.Count);
            return profile with { Classifier = new() { Labels = labels, LowerCase = sentence.LowerCase } };
        }

        var pooled = isFirstPooled ? graph.Cast(hidden, DataType.Float)
            : packed?.Pool(hidden, sentence.Pooling) ?? Pooler.Pool(graph, hidden, mask, sentence.Pooling);
        graph.Output(pooled, "embedding", DataType.Float, "batch", bert._hidden);
        return profile with
        {
            Encoder = new()
            {
                Dimensions = bert._hidden,
                Pooling = sentence.Pooling,
                PadId = padId,
                LowerCase = sentence.LowerCase,
            },
        };
    }

    /// <summary>Scores of the classes from the first token's vector: a layer with tanh, and the last one.</summary>
    private GraphValue Classify(GraphValue first, string dense, string last, int classes)
    {
        var inner = _graph.Node(
            "Tanh", [_weights.Linear(first, _weights.Matrix($"{dense}.weight", _hidden, _hidden), _weights.Vector($"{dense}.bias", _hidden))]);
        var logits = _weights.Linear(inner, _weights.Matrix($"{last}.weight", _hidden, classes), _weights.Vector($"{last}.bias", classes));
        return _graph.Cast(logits, DataType.Float);
    }

    private GraphValue PositionIds(GraphValue ids, int padId, int offset) => (_packed, offset) switch
    {
        (null, 0) => _graph.Range(_graph.Size(ids, 1)),
        (null, _) => CountTokens(ids, padId),
        (_, 0) => _packed.Positions,
        _ => _graph.Add(_packed.Positions, _graph.Scalar((long)offset)),
    };

    /// <summary>The running count of tokens that are no padding, + the id of padding; padding itself has that id.</summary>
    private GraphValue CountTokens(GraphValue ids, int padId)
    {
        var pad = _graph.Scalar((long)padId);
        var token = _graph.Cast(_graph.Node("Not", [_graph.Node("Equal", [ids, pad])]), DataType.Int64);
        return _graph.Add(_graph.Mul(_graph.CumSum(token, axis: 1), token), pad);
    }

    private GraphValue Embed(GraphValue ids, GraphValue positionIds, int vocabulary, int positions, int types)
    {
        var words = _weights.Rows("embeddings.word_embeddings.weight", vocabulary, _hidden, ids);
        var places = _weights.Rows("embeddings.position_embeddings.weight", positions, _hidden, positionIds);
        var type = _weights.Row("embeddings.token_type_embeddings.weight", 0, types, _hidden);
        var (weight, shift) = Norm("embeddings.LayerNorm");
        return _packed is null
            ? _graph.Normalize(_graph.Add(_graph.Add(words, type), places), weight, shift, _epsilon)
            : _graph.SkipLayerNormalization(words, places, weight, shift, type, _epsilon).Output;
    }

    /// <summary>One layer. Behind the last attention nothing but the first token is needed when its vector is the text's: [batch, hidden].</summary>
    private GraphValue Block(string name, GraphValue hidden, bool firstOnly)
    {
        var self = $"{name}.attention.self";
        var attention = _packed is null ? Attention(hidden, self) : PackedAttention(hidden, self, _packed);
        if (firstOnly)
        {
            (attention, hidden) = (FirstToken(attention), FirstToken(hidden));
        }

        var middle = Add(attention, $"{name}.attention.output", _hidden, hidden, _packed is null ? null : $"{self}.value.bias");
        var active = _weights.Linear(
            middle, _weights.Matrix($"{name}.intermediate.dense.weight", _hidden, _inner), _weights.Vector($"{name}.intermediate.dense.bias", _inner),
            Activation.Gelu);
        return Add(active, $"{name}.output", _inner, middle);
    }

    private GraphValue Attention(GraphValue hidden, string self)
    {
        var bias = _weights.Vectors($"{self}.qkv.bias", _hidden, $"{self}.query.bias", $"{self}.key.bias", $"{self}.value.bias");
        return _graph.MultiHeadAttention(
            Project(hidden, $"{self}.query"), Project(hidden, $"{self}.key"), Project(hidden, $"{self}.value"), bias, _heads);
    }

    /// <summary>
    /// Without the bias of keys, which adds the same to all scores of a query and so changes none of its weights, and without that of values: as the weights
    /// add up to 1, the output is to be added it, which the next layer's bias does. A bias for ONNX Runtime's operator would cost it a pass over all three.
    /// </summary>
    private GraphValue PackedAttention(GraphValue hidden, string self, PackedInputs texts)
    {
        var bias = _weights.Vector($"{self}.query.bias", _hidden);
        if (_weights.Arithmetic != DataType.Float16 || !TextAttention.Takes(_hidden / _heads))
        {
            return _graph.PackedMultiHeadAttention(
                Project(hidden, $"{self}.query", bias), Project(hidden, $"{self}.key"), Project(hidden, $"{self}.value"), texts, _heads);
        }

        var qkv = WeightRows.Stack(
            _tensors, $"{self}.qkv.weight", _hidden, ($"{self}.query.weight", _hidden), ($"{self}.key.weight", _hidden), ($"{self}.value.weight", _hidden));
        return _graph.TextAttention(_weights.Linear(hidden, qkv), bias, texts, _heads, _hidden / _heads);
    }

    private GraphValue Project(GraphValue hidden, string name, GraphValue bias = default) =>
        _weights.Linear(hidden, _weights.Matrix($"{name}.weight", _hidden, _hidden), bias);

    /// <summary>LayerNorm of a linear layer, of x + a vector where one is named, and what it is added to.</summary>
    private GraphValue Add(GraphValue x, string name, int inputs, GraphValue residual, string? addend = null)
    {
        var matrix = _weights.Matrix($"{name}.dense.weight", inputs, _hidden);
        var bias = addend is null
            ? _weights.Vector($"{name}.dense.bias", _hidden)
            : _weights.FoldedBias($"{name}.dense.bias", matrix, _weights.Matrix(addend, 1, inputs));
        var (weight, shift) = Norm($"{name}.LayerNorm");
        return _packed is null
            ? _graph.Normalize(_weights.Linear(x, matrix, bias, residual: residual), weight, shift, _epsilon)
            : _graph.SkipLayerNormalization(_weights.Linear(x, matrix), residual, weight, shift, bias, _epsilon).Output;
    }

    private GraphValue FirstToken(GraphValue tokens) => _packed?.First(tokens) ?? _graph.Gather(tokens, _graph.Scalar(0L), axis: 1);

    private (GraphValue Weight, GraphValue Bias) Norm(string name)
    {
        // Checkpoints that were converted from TensorFlow call the two gamma and beta.
        var old = _tensors.Find($"{name}.weight") is null && _tensors.Find($"{name}.gamma") is not null;
        return (_weights.Vector(old ? $"{name}.gamma" : $"{name}.weight", _hidden), _weights.Vector(old ? $"{name}.beta" : $"{name}.bias", _hidden));
    }
}
