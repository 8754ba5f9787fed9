using Pipeline.Inference.Architectures;
using Pipeline.Inference.Checkpoints;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Models;

/// <summary>A model that is ready to be written: its graph, whose weights are read while it is saved.</summary>
internal sealed class PreparedModel : IDisposable
{
    private readonly IDisposable? _weights;

    private PreparedModel(
        string architecture, ModelPrecision precision, GraphBuilder graph, ModelProfile profile, IReadOnlyList<string> files, IDisposable? weights)
    {
        Architecture = architecture;
        Precision = precision;
        Graph = graph;
        Profile = profile;
        Files = files;
        _weights = weights;
    }

    public string Architecture { get; }

    public ModelPrecision Precision { get; }

    public GraphBuilder Graph { get; }

    public ModelProfile Profile { get; }

    /// <summary>Absolute paths of the files with graph or weights.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>From weights, as a graph of our own making.</summary>
    public static PreparedModel FromCheckpoint(ModelConfig config, ImportRequest request, int[]? headIds)
    {
        var architecture = Architectures.Architecture.Detect(config);
        var checkpoint = Checkpoint.Open(request.Folder);
        try
        {
            var graph = new GraphBuilder(architecture.Name);
            var profile = architecture.Build(new(config, new(checkpoint, architecture.TensorPrefixes), request, headIds), graph);
            return new(architecture.Name, request.Precision, graph, profile, checkpoint.Files, checkpoint);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>From a graph that others exported.</summary>
    public static PreparedModel FromExport(ModelConfig config, ImportRequest request)
    {
        var export = OnnxExport.Open(request);
        var profile = ClassifierLabels.Find(config, request) is { } labels ? ClassifierExport.Adapt(export, config, request, labels)
            : DecoderExport.IsDecoder(export) ? DecoderExport.Describe(export, config, request)
            : EncoderExport.Adapt(export, config, request);
        return new(ModelManifest.Exported, export.Precision, export.Builder, profile, export.Files, null);
    }

    public void Dispose() => _weights?.Dispose();
}
