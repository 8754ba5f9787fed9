namespace Pipeline.Inference.Checkpoints;

/// <summary>Opens the weights of a model folder as Hugging Face and ModelScope publish them.</summary>
public static class Checkpoint
{
    private static readonly string[] _weightsExtensions =
        [".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".h5", ".msgpack", ".gguf", ".onnx", ".npz"];

    /// <summary>
    /// Opens the first of <c>model.safetensors.index.json</c> (with its shards), <c>model.safetensors</c>,
    /// <c>pytorch_model.bin.index.json</c> and <c>pytorch_model.bin</c> that the folder has. The directories of the files are read and
    /// checked whole, the values later. No code of a file is ever run.
    /// </summary>
    /// <exception cref="CheckpointException">There are no weights, or they are damaged, unsafe or of a kind that is not read.</exception>
    public static ICheckpoint Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        folder = Path.GetFullPath(folder);
        if (!Directory.Exists(folder))
        {
            throw new CheckpointException($"{folder} is not a folder. Name the folder of a model, with config.json and the weights in it.");
        }

        foreach (var (name, format) in new[] { ("model.safetensors", WeightsFormat.Safetensors), ("pytorch_model.bin", WeightsFormat.Torch) })
        {
            var file = Path.Combine(folder, name);
            if (Path.Exists(file + ".index.json"))
            {
                return WeightsCheckpoint.OpenShards(file + ".index.json", format);
            }

            if (Path.Exists(file))
            {
                return WeightsCheckpoint.OpenFile(file, format);
            }
        }

        throw new CheckpointException(
            $"{folder} has no weights: neither model.safetensors nor pytorch_model.bin, nor an index of either (.index.json). "
            + $"{Others(folder)}Download the whole model folder.");
    }

    /// <summary>Files that the user may have taken for the weights.</summary>
    private static string Others(string folder)
    {
        var others = Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file))
            .Where(name => _weightsExtensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal).Take(5).ToList();
        return others.Count == 0 ? "" : $"It has {string.Join(", ", others.Select(Shown.Name))}, which cannot be read under that name. ";
    }
}
