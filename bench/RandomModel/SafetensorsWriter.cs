using System.Text.Json;

namespace Pipeline.RandomModel;

/// <summary>Writes tensors as <c>model.safetensors</c>.</summary>
internal static class SafetensorsWriter
{
    public static void Write(string path, IReadOnlyList<RandomTensor> tensors, RandomHalves random)
    {
        var offset = 0L;
        var header = new Dictionary<string, object> { ["__metadata__"] = new { format = "pt" } };
        foreach (var tensor in tensors)
        {
            header[tensor.Name] = new { dtype = "F16", shape = tensor.Shape, data_offsets = new[] { offset, offset + tensor.Bytes } };
            offset += tensor.Bytes;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        using var file = File.Create(path, 1 << 16);
        file.Write(BitConverter.GetBytes((long)json.Length));
        file.Write(json);
        foreach (var tensor in tensors)
        {
            random.Write(file, tensor);
        }
    }
}
