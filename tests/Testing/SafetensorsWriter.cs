using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Pipeline.Testing;

/// <summary>Float32 tensors, and the file that holds them.</summary>
public sealed class SafetensorsWriter
{
    private readonly SortedDictionary<string, (long[] Shape, float[] Values)> _tensors = new(StringComparer.Ordinal);

    public float[] this[string name] => _tensors[name].Values;

    public IEnumerable<string> Names => _tensors.Keys;

    public void Add(string name, long[] shape, float[] values) => _tensors[name] = (shape, values);

    public void Remove(string name) => _tensors.Remove(name);

    public void Save(string path)
    {
        var header = new JsonObject();
        var offset = 0L;
        foreach (var (name, (shape, values)) in _tensors)
        {
            var end = offset + (values.Length * sizeof(float));
            header[name] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray([.. shape.Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }

        var json = Encoding.UTF8.GetBytes(header.ToJsonString());
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        using var file = File.Create(path);
        file.Write(length);
        file.Write(json);
        foreach (var (_, values) in _tensors.Values)
        {
            file.Write(MemoryMarshal.AsBytes<float>(values));
        }
    }
}
