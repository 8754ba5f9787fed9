using Pipeline.Inference.Generation;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>Describes an exported decoder; its graph stays as it is, see <see cref="ExportedDecoder"/>.</summary>
internal static class DecoderExport
{
    private const string Task = "Export it for the task text-generation-with-past, as one graph.";

    private static readonly string[] s_inputs = [ExportedDecoder.InputIds, ExportedDecoder.AttentionMask];

    /// <summary>Whether a graph continues texts: it gives logits.</summary>
    public static bool IsDecoder(OnnxExport export) => export.Graph.Output.Any(output => output.Name == ExportedDecoder.Logits);

    /// <exception cref="ModelException">Its inputs or outputs are not those of a decoder with a cache, or the folder does not say what is needed.</exception>
    public static ModelProfile Describe(OnnxExport export, ModelConfig config, ImportRequest request)
    {
        if (request.Target != ModelTarget.Cpu)
        {
            throw new ModelException(
                $"'{request.Folder}' is an export of a decoder, which runs on CPUs only. Import it with --target cpu, or the model's own weights with "
                + "--target cuda --precision fp16.");
        }

        var weights = export.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var inputs = export.Graph.Input.Where(input => !weights.Contains(input.Name)).ToDictionary(input => input.Name);
        var layers = Enumerable.Range(0, inputs.Count).TakeWhile(layer => inputs.ContainsKey(KeyOf(layer))).Count();
        string[] caches = Names(layers, ExportedCache.PastName);
        var missing = s_inputs.Concat(caches).Except(inputs.Keys).ToList();
        var unknown = inputs.Keys.Except([.. s_inputs, ExportedDecoder.PositionIds, .. caches]).ToList();
        var outputs = export.Graph.Output.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var absent = Names(layers, ExportedCache.PresentName).Except(outputs).ToList();
        if (layers == 0 || missing.Count > 0 || unknown.Count > 0 || absent.Count > 0)
        {
            throw new ModelException(
                $"{export.FilePath} is no decoder with a cache: it lacks {List([.. missing, .. absent, .. layers == 0 ? [KeyOf(0)] : Array.Empty<string>()])}"
                + $"{(unknown.Count == 0 ? "" : $" and has the unknown input {List(unknown)}")}. {Task}");
        }

        var vocabulary = config.Integer(1, "vocab_size");
        var (kvHeads, headSize) = Heads(export, config, inputs[caches[0]]);
        return new()
        {
            Vocabulary = vocabulary,
            MaxTokens = config.Integer(2, "max_position_embeddings", "seq_length", "n_positions", "n_ctx"),
            Decoder = DecoderFolder.Read(config, vocabulary, new(layers, QueryHeads(config), kvHeads, headSize)),
        };
    }

    /// <summary>By the key's cache, [batch, heads, past, head size] or [batch * heads, head size, past]; the sizes may be left open.</summary>
    private static (int KvHeads, int HeadSize) Heads(OnnxExport export, ModelConfig config, ValueInfoProto key)
    {
        var heads = QueryHeads(config);
        var shape = key.Type.TensorType.Shape.Dim;
        var type = (DataType)key.Type.TensorType.ElemType;
        if (shape.Count is not (3 or 4) || type is not (DataType.Float or DataType.Float16))
        {
            throw new ModelException(
                $"{export.FilePath}: the input {key.Name} is {type} with {shape.Count} dimensions; FLOAT or FLOAT16 with 4, or with 3 as BLOOM had, "
                + $"can be run. {Task}");
        }

        var headSize = config.OptionalInteger(1, "head_dim") ?? (config.Integer(1, "hidden_size", "n_embed", "n_embd") / heads);
        return shape.Count == 3
            ? (heads, Size(1, headSize))
            : (Size(1, config.OptionalInteger(1, "num_key_value_heads") ?? heads), Size(3, headSize));

        int Size(int dimension, int otherwise) => shape[dimension].DimValue > 0 ? checked((int)shape[dimension].DimValue) : otherwise;
    }

    private static int QueryHeads(ModelConfig config) => config.Integer(1, "num_attention_heads", "n_head");

    private static string KeyOf(int layer) => ExportedCache.PastName(layer, ExportedCache.Key);

    private static string[] Names(int layers, Func<int, string, string> name) =>
        [.. Enumerable.Range(0, layers).SelectMany(layer => (string[])[name(layer, ExportedCache.Key), name(layer, ExportedCache.Value)])];

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Take(4));
}
