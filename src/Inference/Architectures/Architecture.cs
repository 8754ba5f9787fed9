using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>A family of models that can be imported.</summary>
/// <param name="Name">As <c>model_type</c> of config.json has it.</param>
/// <param name="ClassPrefix">What the names in <c>architectures</c> of config.json start with.</param>
/// <param name="TensorPrefixes">What may stand before the tensors' names.</param>
/// <param name="Build">
/// Describes a model of the family and adds its graph to the builder; throws <see cref="ModelException"/> for a configuration or weights
/// that it can't build.
/// </param>
internal sealed record Architecture(
    string Name, string ClassPrefix, string[] TensorPrefixes, Func<ArchitectureInput, GraphBuilder, ModelProfile> Build)
{
    /// <summary>Every architecture.</summary>
    public static IReadOnlyList<Architecture> Known { get; } =
    [
        new("bert", "Bert", ["bert."], BertGraph.BuildBert),
        new("xlm-roberta", "XLMRoberta", ["roberta."], BertGraph.BuildXlmRoberta),
        new("bloom", "Bloom", ["transformer."], BloomGraph.Build),
        new("qwen2", "Qwen2", ["model."], Qwen2Graph.Build),
    ];

    /// <summary>The architecture that a configuration names.</summary>
    /// <exception cref="ModelException">It is unknown, or not named.</exception>
    public static Architecture Detect(ModelConfig config)
    {
        var type = config.OptionalText("model_type");
        var classes = config.Texts("architectures");
        var found = Known.FirstOrDefault(known =>
            (type is null ? classes.Count > 0 : type == known.Name)
            && classes.All(name => name.StartsWith(known.ClassPrefix, StringComparison.Ordinal)));
        if (found is not null)
        {
            return found;
        }

        string[] names = [.. classes, .. type is null ? Array.Empty<string>() : [$"model_type {type}"]];
        var stated = names.Length == 0 ? "names no architecture" : $"names the unknown architecture {string.Join(", ", names)}";
        throw new ModelException(
            $"{config.FilePath} {stated}. Known: {string.Join(", ", Known.Select(a => $"{a.Name} ({a.ClassPrefix}...)"))}. {ModelRemedies.Export}");
    }
}
