using System.Text.Json;

namespace Pipeline.Inference.Checkpoints;

/// <summary>The index of weights in several files: <c>{"weight_map": {tensor: file}}</c>.</summary>
/// <param name="Path">Absolute path of the index.</param>
/// <param name="Shards">Absolute paths of the files in ordinal order, each with the tensors to take from it.</param>
internal sealed record ShardIndex(string Path, IReadOnlyList<(string Path, IReadOnlyList<string> Tensors)> Shards)
{
    private const int LargestIndex = 100_000_000;

    public static ShardIndex Read(string path)
    {
        using var file = WeightsFile.Open(path);
        if (file.Length > LargestIndex)
        {
            throw file.Fault($"an index of {file.Length} bytes; at most {LargestIndex} expected. {WeightsFile.DownloadAgain}");
        }

        try
        {
            using var json = JsonDocument.Parse(file.Read(0, (int)file.Length), new() { AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("weight_map", out var map)
                || map.ValueKind != JsonValueKind.Object)
            {
                throw file.Fault($"the object \"weight_map\" is missing. {WeightsFile.DownloadAgain}");
            }

            return new(file.Path, [.. map.EnumerateObject()
                .GroupBy(entry => ShardPath(file, entry), entry => entry.Name, StringComparer.Ordinal)
                .OrderBy(shard => shard.Key, StringComparer.Ordinal)
                .Select(shard => (shard.Key, (IReadOnlyList<string>)[.. shard]))]);
        }
        catch (JsonException exception)
        {
            throw file.Fault($"not a JSON index: {exception.Message} {WeightsFile.DownloadAgain}", exception);
        }
    }

    /// <summary>A shard lies beside its index: a path could lead anywhere.</summary>
    private static string ShardPath(WeightsFile index, JsonProperty entry)
    {
        var name = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString() ?? "" : "";
        if (name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\\', '\0'))
        {
            throw index.TensorFault(entry.Name, $"is said to be in {Shown.Json(entry.Value)}; the plain name of a file in the same folder expected.");
        }

        var path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(index.Path) ?? "", name);
        return System.IO.Path.Exists(path)
            ? path
            : throw index.TensorFault(entry.Name, $"is said to be in {Shown.Name(name)}, which is not in the folder. Download that file too.");
    }
}
