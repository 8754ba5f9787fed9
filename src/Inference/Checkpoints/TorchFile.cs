using System.Text;

namespace Pipeline.Inference.Checkpoints;

/// <summary>
/// A state_dict as <c>torch.save</c> of torch 1.6 or later writes it: a zip of stored entries, <c>ROOT/data.pkl</c> with the names and
/// shapes and <c>ROOT/data/KEY</c> with the values of each storage.
/// </summary>
internal static class TorchFile
{
    private const string Resave =
        "Save it again with torch: torch.save(torch.load(FILE, map_location=\"cpu\", weights_only=True), FILE), or use model.safetensors.";

    private const int LargestPickle = 16 << 20;
    private const int MostDimensions = 8;

    /// <summary>Protocol 2 and torch's magic number 0x1950a86a20f9469cfc6c, with which files of torch before 1.6 start.</summary>
    private static readonly byte[] _legacyStart = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    /// <summary>Every tensor of the file, in its order.</summary>
    public static IReadOnlyList<StoredTensor> ReadDirectory(WeightsFile file)
    {
        RequireZip(file);
        var entries = ZipDirectory.Read(file);
        var root = FindRoot(file, entries);
        RequireLittleEndian(file, root, entries);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var tensors = new List<StoredTensor>();
        foreach (var (key, value) in ReadPickle(file, entries[root + "data.pkl"]).Items)
        {
            if (key is not string name || value is not TorchTensor tensor)
            {
                throw file.Fault($"{Shown.Name(key as string ?? "?")} is no tensor; a state_dict, which maps names to tensors, is expected. "
                    + "Save the model's state_dict alone: torch.save(model.state_dict(), FILE).");
            }

            if (!names.Add(name))
            {
                throw file.TensorFault(name, $"is there twice. {WeightsFile.DownloadAgain}");
            }

            tensors.Add(Place(file, name, tensor, root, entries));
        }

        return tensors;
    }

    private static void RequireZip(WeightsFile file)
    {
        var start = file.Read(0, (int)Math.Min(file.Length, _legacyStart.Length)).AsSpan();
        if (start.StartsWith(_legacyStart))
        {
            throw file.Fault($"the format of torch before 1.6, which is not read. {Resave}");
        }

        if (!start.StartsWith("PK\u0003\u0004"u8))
        {
            throw file.Fault($"neither a zip file nor anything else that torch.save writes. {WeightsFile.DownloadAgain}");
        }
    }

    private static string FindRoot(WeightsFile file, IReadOnlyDictionary<string, ZipEntry> entries)
    {
        var pickles = entries.Keys.Where(name => name.EndsWith("/data.pkl", StringComparison.Ordinal) && name.Count(c => c == '/') == 1).ToList();
        return pickles.Count == 1
            ? pickles[0][..^"data.pkl".Length]
            : throw file.Fault($"{pickles.Count} entries called data.pkl in the zip file; one expected, as torch.save writes it. {WeightsFile.DownloadAgain}");
    }

    private static void RequireLittleEndian(WeightsFile file, string root, IReadOnlyDictionary<string, ZipEntry> entries)
    {
        if (entries.TryGetValue(root + "byteorder", out var entry)
            && (entry.Length > 16 || Encoding.ASCII.GetString(file.Read(entry.Offset, (int)entry.Length)) != "little"))
        {
            throw file.Fault($"the values are not little-endian. {Resave}");
        }
    }

    private static PickleDictionary ReadPickle(WeightsFile file, ZipEntry entry)
    {
        if (entry.Length > LargestPickle)
        {
            throw file.Fault($"{Shown.Name(entry.Name)} has {entry.Length} bytes; at most {LargestPickle} expected. This is no file of a model's weights.");
        }

        try
        {
            return RestrictedPickle.Read(file.Read(entry.Offset, (int)entry.Length)) as PickleDictionary ?? throw file.Fault(
                "it holds no dict of tensors. Save the model's state_dict alone: torch.save(model.state_dict(), FILE).");
        }
        catch (InvalidDataException exception)
        {
            throw file.Fault($"{Shown.Name(entry.Name)}, {exception.Message}. Use a file that holds tensors only, or model.safetensors.", exception);
        }
    }

    private static StoredTensor Place(
        WeightsFile file, string name, TorchTensor tensor, string root, IReadOnlyDictionary<string, ZipEntry> entries)
    {
        var (storage, shape, strides) = (tensor.Storage, tensor.Shape, tensor.Strides);
        var size = storage.Type.Size();
        if (!entries.TryGetValue($"{root}data/{storage.Key}", out var entry))
        {
            throw file.TensorFault(name, $"needs the zip entry {Shown.Name($"{root}data/{storage.Key}")}, which is missing. {WeightsFile.DownloadAgain}");
        }

        if (storage.Count > entry.Length / size)
        {
            throw file.TensorFault(name, $"lies in a storage of {storage.Count} {storage.Type}, but {Shown.Name(entry.Name)} has "
                + $"{entry.Length} bytes. {WeightsFile.DownloadAgain}");
        }

        if (shape.Count > MostDimensions || shape.Count != strides.Count || shape.Concat(strides).Any(number => number < 0)
            || !TensorExtent.TryCount(shape, out var count))
        {
            throw file.TensorFault(name, $"has the shape {Shown.Shape(shape)} and the strides {Shown.Shape(strides)}; up to "
                + $"{MostDimensions} of each, from 0, expected. {WeightsFile.DownloadAgain}");
        }

        if (!TensorExtent.TrySpan(shape, strides, count, out var span) || tensor.Offset < 0 || tensor.Offset > storage.Count
            || span > storage.Count - tensor.Offset)
        {
            throw file.TensorFault(name, $"of shape {Shown.Shape(shape)}, strides {Shown.Shape(strides)} and offset {tensor.Offset} reaches "
                + $"beyond its storage of {storage.Count} elements. {WeightsFile.DownloadAgain}");
        }

        return new(file, new(name, storage.Type, [.. shape]), entry.Offset + (tensor.Offset * size),
            TensorExtent.IsRowMajor(shape, strides, count) ? [] : [.. strides]);
    }
}
