using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// Gives an exported encoder the inputs and the output of our own graphs: token types become part of the graph, and token vectors are
/// pooled in it.
/// </summary>
internal static class EncoderExport
{
    // The running sum of the pooling is an operator since then.
    private const int OldestOpset = 11;

    private const string Ids = "input_ids";
    private const string Mask = "attention_mask";
    private const string Types = "token_type_ids";
    private const string Embedding = "embedding";

    private static readonly string[] s_pooled = ["sentence_embedding", Embedding];
    private static readonly string[] s_tokens = ["last_hidden_state", "token_embeddings"];

    /// <exception cref="ModelException">Its inputs or outputs are not those of an encoder, or the folder does not say what is needed.</exception>
    public static ModelProfile Adapt(OnnxExport export, ModelConfig config, ImportRequest request)
    {
        if (export.OpsetVersion < OldestOpset)
        {
            throw new ModelException($"{export.FilePath} has opset {export.OpsetVersion}; {OldestOpset} or later is needed. Export it again.");
        }

        AdaptInputs(export, "feature-extraction");
        var sentence = SentenceFolder.Read(request.Folder, request.Pooling);
        var output = ChooseOutput(export);
        var shape = output.Type.TensorType.Shape.Dim;
        var pooled = shape.Count == 2;
        var dimensions = shape[^1].DimValue > 0 ? checked((int)shape[^1].DimValue) : config.Integer(1, "hidden_size");
        export.Graph.Output.Clear();
        if (output.Name == Embedding && pooled && output.Type.TensorType.ElemType == (int)DataType.Float)
        {
            export.Graph.Output.Add(output);
        }
        else
        {
            var source = new GraphValue(output.Name);
            var vector = pooled
                ? export.Builder.Cast(source, DataType.Float)
                : Pooler.Pool(export.Builder, source, new(Mask), sentence.Pooling);
            export.Builder.Output(vector, Embedding, DataType.Float, "batch", dimensions);
        }

        return new()
        {
            Vocabulary = config.Integer(1, "vocab_size"),
            MaxTokens = sentence.MaxTokens ?? PositionLimit(config),
            Encoder = new()
            {
                Dimensions = dimensions,
                Pooling = pooled ? PoolingMode.Graph : sentence.Pooling,
                PadId = config.OptionalInteger(0, "pad_token_id") ?? 0,
                LowerCase = sentence.LowerCase,
            },
        };
    }

    /// <summary>Token types are all 0, so they are no input of ours.</summary>
    /// <exception cref="ModelException">Its inputs are not those of an encoder.</exception>
    public static void AdaptInputs(OnnxExport export, string task)
    {
        var graph = export.Graph;
        var weights = graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var inputs = graph.Input.Where(input => !weights.Contains(input.Name)).ToList();
        string[] names = [.. inputs.Select(input => input.Name)];
        if (!names.Contains(Ids) || !names.Contains(Mask) || names.Except([Ids, Mask, Types]).Any()
            || inputs.Exists(input => input.Type.TensorType.ElemType != (int)DataType.Int64))
        {
            throw new ModelException(
                $"{export.FilePath} has the inputs {string.Join(", ", names)}; {Ids} and {Mask}, and perhaps {Types}, all int64, are needed. "
                + $"Export it for the task {task}.");
        }

        if (names.Contains(Types))
        {
            graph.Input.Remove(inputs.Single(input => input.Name == Types));
            // First, because nodes stand in the order in which they can run.
            graph.Node.Insert(0, new NodeProto { OpType = "Sub", Name = Types, Input = { Ids, Ids }, Output = { Types } });
        }
    }

    /// <summary>A vector of the whole text, or else vectors of its tokens.</summary>
    private static ValueInfoProto ChooseOutput(OnnxExport export)
    {
        var outputs = export.Graph.Output;
        return Find(2, s_pooled) ?? Find(3, s_tokens) ?? Find(2, outputs.Count == 1 ? [outputs[0].Name] : [])
            ?? throw new ModelException(
                $"{export.FilePath} has the outputs {string.Join(", ", outputs.Select(output => output.Name))}; {string.Join(" or ", s_tokens)} "
                + $"[batch, sequence, size], or {s_pooled[0]} [batch, size], is needed. Export it for the task feature-extraction.");

        ValueInfoProto? Find(int rank, string[] names) => names.Select(name => outputs.FirstOrDefault(
            output => output.Name == name && output.Type?.TensorType?.Shape?.Dim.Count == rank)).FirstOrDefault(output => output is not null);
    }

    /// <summary>Longest input in tokens.</summary>
    public static int PositionLimit(ModelConfig config)
    {
        var positions = config.Integer(3, "max_position_embeddings", "n_positions");
        // RoBERTa's positions start behind the id of padding.
        return config.OptionalText("model_type")?.Contains("roberta", StringComparison.Ordinal) == true
            ? positions - (config.OptionalInteger(0, "pad_token_id") ?? 1) - 1
            : positions;
    }
}
