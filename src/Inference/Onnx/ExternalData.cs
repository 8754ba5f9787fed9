using System.Globalization;
using Google.Protobuf;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Onnx;

/// <summary>Where the tensors of a graph keep their values when those lie outside the graph's file.</summary>
internal static class ExternalData
{
    /// <summary>Refuses a graph file that reads weights from a file that is not allowed.</summary>
    /// <param name="path">The graph.</param>
    /// <param name="isAllowed">Tells for a location, which is relative to the graph's folder, whether it may be read.</param>
    /// <exception cref="ModelException">It is no ONNX file, or names another location.</exception>
    public static void Check(string path, Func<string, bool> isAllowed)
    {
        foreach (var tensor in Tensors(Read(path).Graph))
        {
            if (Location(tensor) is { } location && !isAllowed(location))
            {
                throw new ModelException(
                    $"{path}: tensor '{tensor.Name}' lies in '{location}'; only files beside the graph that belong to the model are read.");
            }
        }
    }

    /// <exception cref="ModelException">It is no ONNX file.</exception>
    public static ModelProto Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var model = ModelProto.Parser.ParseFrom(file);
            return model.Graph is null ? throw new ModelException($"{path} holds no ONNX graph. Export or download it again.") : model;
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new ModelException($"{path} is no ONNX file, or a truncated one: {exception.Message} Export or download it again.", exception);
        }
    }

    /// <summary>Where a tensor's values lie; null when they are in the graph's file.</summary>
    public static string? Location(TensorProto tensor) => tensor.DataLocation == TensorProto.Types.DataLocation.External
        ? tensor.ExternalData.FirstOrDefault(entry => entry.Key == "location")?.Value ?? string.Empty
        : null;

    /// <summary>Every tensor of a graph and of the graphs inside its nodes.</summary>
    public static IEnumerable<TensorProto> Tensors(GraphProto graph) => graph.Initializer.Concat(
        graph.Node.SelectMany(node => node.Attribute).SelectMany(attribute =>
            (attribute.T is null ? [] : new[] { attribute.T })
                .Concat(attribute.Tensors)
                .Concat(attribute.G is null ? [] : Tensors(attribute.G))
                .Concat(attribute.Graphs.SelectMany(Tensors))));

    /// <summary>Where exactly the values of a tensor lie, checked: in a file of the graph's folder, as many bytes as its shape needs.</summary>
    /// <exception cref="ModelException">The location leads elsewhere, or the file is missing or too short.</exception>
    public static (string Path, long Offset, long Length) Resolve(string graphFile, TensorProto tensor, string location)
    {
        var folder = Path.GetDirectoryName(graphFile) ?? ".";
        if (location.Length == 0 || location != Path.GetFileName(location) || location is "." or "..")
        {
            throw new ModelException(
                $"{graphFile}: tensor '{tensor.Name}' lies in '{location}'; only a file beside the graph is read. Put the files into one folder and "
                + "export again.");
        }

        var path = Path.Combine(folder, location);
        if (!File.Exists(path))
        {
            throw new ModelException($"{graphFile}: tensor '{tensor.Name}' lies in '{location}', which is not there. Download the folder again.");
        }

        var offset = Number(tensor, "offset") ?? 0;
        var length = WeightWriter.ByteLength((DataType)tensor.DataType, tensor.Dims);
        if (offset < 0 || (Number(tensor, "length") ?? length) != length || new FileInfo(path).Length - offset < length)
        {
            throw new ModelException(
                $"{graphFile}: tensor '{tensor.Name}' needs {length} bytes from {offset} of '{location}', which it has not. Download the folder again.");
        }

        return (path, offset, length);
    }

    /// <summary>Copies a range of a file into a weight.</summary>
    public static void Copy(string path, long offset, long length, WeightWriter writer)
    {
        using var file = File.OpenRead(path);
        file.Position = offset;
        var buffer = new byte[(int)Math.Min(length, 1 << 20)];
        for (var left = length; left > 0;)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            file.ReadExactly(piece);
            writer.Write(piece);
            left -= piece.Length;
        }
    }

    private static long? Number(TensorProto tensor, string key) =>
        tensor.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value is { } text
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
