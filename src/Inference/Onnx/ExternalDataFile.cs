using System.Globalization;

namespace Pipeline.Inference.Onnx;

/// <summary>The file that holds a graph's weights, one after the other, each on an aligned offset that its tensor names.</summary>
internal sealed class ExternalDataFile(string path, Action<long>? progress, CancellationToken cancellationToken) : IDisposable
{
    // ONNX Runtime maps the file instead of reading it; a large tensor on a page of its own can then be used in place.
    private const int Alignment = 64;
    private const int PageSize = 4096;
    private const int LargeTensor = 65536;

    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);

    /// <summary>Writes a weight and tells its tensor where it lies.</summary>
    public void Append(GraphWeight weight)
    {
        var tensor = weight.Tensor;
        var length = WeightWriter.ByteLength((DataType)tensor.DataType, tensor.Dims);
        var alignment = length >= LargeTensor ? PageSize : Alignment;
        Pad((int)((alignment - (_file.Position % alignment)) % alignment));

        var offset = _file.Position;
        var writer = new WeightWriter(tensor.Name, (DataType)tensor.DataType, _file, progress, cancellationToken);
        weight.Write(writer);
        if (_file.Position - offset != length)
        {
            throw new InvalidOperationException($"Weight '{tensor.Name}' has {length} bytes by its shape; {_file.Position - offset} were written.");
        }

        tensor.ExternalData.Clear();
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = Path.GetFileName(path) });
        tensor.ExternalData.Add(Number("offset", offset));
        tensor.ExternalData.Add(Number("length", length));
    }

    public void Dispose()
    {
        try
        {
            _file.Flush(flushToDisk: true);
        }
        finally
        {
            _file.Dispose();
        }
    }

    private void Pad(int count)
    {
        Span<byte> zeros = stackalloc byte[count];
        zeros.Clear();
        _file.Write(zeros);
    }

    private static StringStringEntryProto Number(string key, long value) =>
        new() { Key = key, Value = value.ToString(CultureInfo.InvariantCulture) };
}
