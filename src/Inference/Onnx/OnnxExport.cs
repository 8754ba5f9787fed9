using Pipeline.Inference.Models;

namespace Pipeline.Inference.Onnx;

/// <summary>
/// A graph that somebody exported, read to be adapted and written again with its weights in one file. Weights in the graph's file are in
/// memory until then.
/// </summary>
internal sealed class OnnxExport
{
    // Smaller tensors stay in the graph, where shape inference sees them.
    private const int SmallestExternal = 1024;

    private static readonly string[] s_places = ["", "onnx"];

    private readonly SortedSet<string> _files;

    private OnnxExport(string path, ModelProto model)
    {
        FilePath = path;
        Graph = model.Graph;
        OpsetVersion = model.OpsetImport.FirstOrDefault(opset => opset.Domain is "" or "ai.onnx")?.Version ?? 0;
        Precision = PrecisionOf(model.Graph);
        Builder = new(model);
        _files = new([path], StringComparer.Ordinal);
        foreach (var tensor in ExternalData.Tensors(model.Graph).ToList())
        {
            Place(tensor);
        }
    }

    public string FilePath { get; }

    public GraphProto Graph { get; }

    /// <summary>Adds to the graph, and saves it.</summary>
    public GraphBuilder Builder { get; }

    public long OpsetVersion { get; }

    /// <summary>How most of the weights are stored.</summary>
    public ModelPrecision Precision { get; }

    /// <summary>Absolute paths of the graph and of the files with its weights.</summary>
    public IReadOnlyList<string> Files => [.. _files];

    /// <summary>Opens <c>model.onnx</c> of the folder or of its subfolder <c>onnx</c>, or the only ONNX file there.</summary>
    /// <exception cref="ModelException">There is none, or several, or it is damaged, or its weights are not beside it.</exception>
    public static OnnxExport Open(ImportRequest request)
    {
        if (request.Precision != ModelPrecision.Fp32)
        {
            throw new ModelException("An ONNX export keeps the precision that it has. Leave --precision out, or import the original weights.");
        }

        var found = s_places.Select(place => Path.Combine(request.Folder, place, GraphBuilder.ModelFile)).FirstOrDefault(File.Exists);
        if (found is null)
        {
            var others = s_places.Select(place => Path.Combine(request.Folder, place)).Where(Directory.Exists)
                .SelectMany(place => Directory.EnumerateFiles(place, "*.onnx")).Order(StringComparer.Ordinal).ToList();
            found = others.Count == 1 ? others[0] : throw new ModelException(others.Count == 0
                ? $"'{request.Folder}' holds no ONNX export: no .onnx file, neither there nor in its folder 'onnx'. Leave --onnx out to import weights."
                : $"'{request.Folder}' holds several exports ({string.Join(", ", others.Select(Path.GetFileName))}). Call the right one model.onnx.");
        }

        return new(found, ExternalData.Read(found));
    }

    private void Place(TensorProto tensor)
    {
        if (ExternalData.Location(tensor) is { } location)
        {
            var (path, offset, length) = ExternalData.Resolve(FilePath, tensor, location);
            if (!Graph.Initializer.Contains(tensor))
            {
                throw new ModelException($"{FilePath}: tensor '{tensor.Name}' inside a node lies in another file, which is not supported.");
            }

            _files.Add(path);
            Builder.Externalize(tensor, writer => ExternalData.Copy(path, offset, length, writer));
        }
        else if (tensor.RawData.Length >= SmallestExternal && Graph.Initializer.Contains(tensor))
        {
            var bytes = tensor.RawData;
            Builder.Externalize(tensor, writer => writer.Write(bytes.Span));
        }
    }

    private static ModelPrecision PrecisionOf(GraphProto graph) => graph.Initializer
        .GroupBy(tensor => (DataType)tensor.DataType)
        .MaxBy(group => group.Sum(tensor => tensor.Dims.Aggregate(1L, (product, size) => product * size)))?.Key switch
    {
        DataType.Float16 or DataType.Bfloat16 => ModelPrecision.Fp16,
        DataType.Int8 or DataType.Uint8 => ModelPrecision.Int8,
        DataType.Int4 or DataType.Uint4 => ModelPrecision.Int4,
        _ => ModelPrecision.Fp32,
    };
}
