using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;

namespace Pipeline.Inference.Checkpoints;

/// <summary>
/// The safetensors format: 8 bytes with the length of a JSON header, the header <c>{name: {dtype, shape, data_offsets}}</c>, and the
/// values, which fill the rest of the file without holes or overlaps. https://github.com/huggingface/safetensors#format
/// </summary>
internal static class SafetensorsFile
{
    private const int PrefixBytes = 8;
    private const int LongestHeader = 100_000_000;

    /// <summary>Every tensor of the file, in the order of their values.</summary>
    public static IReadOnlyList<StoredTensor> ReadDirectory(WeightsFile file)
    {
        var header = ReadHeader(file);
        var dataStart = PrefixBytes + header.Length;
        var tensors = new List<StoredTensor>();
        try
        {
            using var json = JsonDocument.Parse(header, new() { AllowDuplicateProperties = false, MaxDepth = 4 });
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw file.Fault($"the header is no JSON object. {WeightsFile.DownloadAgain}");
            }

            foreach (var entry in json.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__"))
            {
                tensors.Add(ReadEntry(file, entry, dataStart));
            }
        }
        catch (JsonException exception)
        {
            throw file.Fault($"the header is no valid JSON: {exception.Message} {WeightsFile.DownloadAgain}", exception);
        }

        tensors.Sort((a, b) => (a.Offset, End(a)).CompareTo((b.Offset, End(b))));
        RequireNoGap(file, tensors, dataStart);
        return tensors;
    }

    private static byte[] ReadHeader(WeightsFile file)
    {
        if (file.Length < PrefixBytes)
        {
            throw file.Fault($"a file of {file.Length} bytes is too short for a safetensors header. {WeightsFile.DownloadAgain}");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Read(0, PrefixBytes));
        if (length > LongestHeader)
        {
            throw file.Fault(
                $"the first 8 bytes say that the header has {length} bytes; at most {LongestHeader} expected. This is not a safetensors file.");
        }

        return length <= (ulong)(file.Length - PrefixBytes)
            ? file.Read(PrefixBytes, (int)length)
            : throw file.Fault(
                $"the header should have {length} bytes, but only {file.Length - PrefixBytes} follow: the file is truncated. "
                + WeightsFile.DownloadAgain);
    }

    private static StoredTensor ReadEntry(WeightsFile file, JsonProperty entry, long dataStart)
    {
        var name = entry.Name;
        if (entry.Value.ValueKind != JsonValueKind.Object || !entry.Value.TryGetProperty("dtype", out var dtype)
            || !entry.Value.TryGetProperty("shape", out var shapeJson) || !entry.Value.TryGetProperty("data_offsets", out var offsetsJson))
        {
            throw file.TensorFault(name, $"has no dtype, shape and data_offsets in the header. {WeightsFile.DownloadAgain}");
        }

        var type = Type(dtype) ?? throw file.TensorFault(name,
            $"has the dtype {Shown.Json(dtype)}; F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL expected. "
            + "Use a version of the model that is not quantised.");
        if (!TryNumbers(shapeJson, out var shape) || !TryNumbers(offsetsJson, out var offsets) || offsets.Length != 2)
        {
            throw file.TensorFault(name, $"has the shape {Shown.Json(shapeJson)} and data_offsets {Shown.Json(offsetsJson)}; "
                + $"lists of whole numbers from 0 expected. {WeightsFile.DownloadAgain}");
        }

        if (!TensorExtent.TryCount(shape, out var count) || count > long.MaxValue / type.Size())
        {
            throw file.TensorFault(name, $"has the shape {Shown.Shape(shape)}, more than can be counted. {WeightsFile.DownloadAgain}");
        }

        var (begin, end) = (offsets[0], offsets[1]);
        if (begin > end || end > file.Length - dataStart)
        {
            throw file.TensorFault(name, $"should lie at bytes {begin} to {end} of the values, but the file has {file.Length - dataStart} "
                + $"bytes of values: it is truncated or damaged. {WeightsFile.DownloadAgain}");
        }

        return end - begin == count * type.Size()
            ? new(file, new(name, type, shape), dataStart + begin, [])
            : throw file.TensorFault(name, $"of type {type} and shape {Shown.Shape(shape)} takes {count * type.Size()} bytes, but "
                + $"data_offsets give it {end - begin}. {WeightsFile.DownloadAgain}");
    }

    private static void RequireNoGap(WeightsFile file, List<StoredTensor> tensors, long dataStart)
    {
        var expected = dataStart;
        foreach (var tensor in tensors)
        {
            if (tensor.Offset != expected)
            {
                throw file.TensorFault(tensor.Info.Name, $"starts at byte {tensor.Offset - dataStart} of the values, where "
                    + $"{expected - dataStart} is expected: tensors overlap or leave a hole. {WeightsFile.DownloadAgain}");
            }

            expected = End(tensor);
        }

        if (expected != file.Length)
        {
            throw file.Fault($"{file.Length - expected} bytes follow the last tensor; none expected. {WeightsFile.DownloadAgain}");
        }
    }

    private static long End(StoredTensor tensor) => tensor.Offset + (tensor.Info.ElementCount * tensor.Info.Type.Size());

    private static bool TryNumbers(JsonElement json, out ImmutableArray<long> numbers)
    {
        numbers = [];
        if (json.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        var read = ImmutableArray.CreateBuilder<long>(json.GetArrayLength());
        foreach (var item in json.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out var number) || number < 0)
            {
                return false;
            }

            read.Add(number);
        }

        numbers = read.MoveToImmutable();
        return true;
    }

    private static TensorType? Type(JsonElement dtype) => (dtype.ValueKind == JsonValueKind.String ? dtype.GetString() : null) switch
    {
        "F64" => TensorType.Float64,
        "F32" => TensorType.Float32,
        "F16" => TensorType.Float16,
        "BF16" => TensorType.BFloat16,
        "I64" => TensorType.Int64,
        "I32" => TensorType.Int32,
        "I16" => TensorType.Int16,
        "I8" => TensorType.Int8,
        "U8" => TensorType.UInt8,
        "BOOL" => TensorType.Bool,
        _ => null,
    };
}
