namespace Pipeline.Inference.Checkpoints;

/// <summary>A checkpoint of one file, or of several and their index.</summary>
internal sealed class WeightsCheckpoint : ICheckpoint
{
    private readonly Dictionary<string, StoredTensor> _stored = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);
    private readonly List<WeightsFile> _opened = [];
    private readonly List<string> _files = [];

    private WeightsCheckpoint()
    {
    }

    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    public IReadOnlyList<string> Files => _files;

    public static WeightsCheckpoint OpenFile(string path, WeightsFormat format) => Build(checkpoint =>
    {
        foreach (var tensor in checkpoint.Load(path, format))
        {
            checkpoint.Add(tensor);
        }
    });

    public static WeightsCheckpoint OpenShards(string indexPath, WeightsFormat format) => Build(checkpoint =>
    {
        var index = ShardIndex.Read(indexPath);
        checkpoint._files.Add(index.Path);
        foreach (var (shard, names) in index.Shards)
        {
            checkpoint.AddShard(shard, names, format);
        }
    });

    public void Read(TensorInfo tensor, long firstElement, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!_stored.TryGetValue(tensor.Name, out var stored) || !ReferenceEquals(stored.Info, tensor))
        {
            throw new ArgumentException($"Tensor {Shown.Name(tensor.Name)} is not of this checkpoint.", nameof(tensor));
        }

        if (firstElement < 0 || firstElement > tensor.ElementCount - destination.Length)
        {
            throw new ArgumentException(
                $"Elements {firstElement} to {firstElement + destination.Length} are not all inside tensor {Shown.Name(tensor.Name)} "
                + $"of {tensor.ElementCount}.", nameof(firstElement));
        }

        stored.Read(firstElement, destination);
    }

    public void Dispose() => _opened.ForEach(file => file.Dispose());

    private static WeightsCheckpoint Build(Action<WeightsCheckpoint> fill)
    {
        var checkpoint = new WeightsCheckpoint();
        try
        {
            fill(checkpoint);
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    private IReadOnlyList<StoredTensor> Load(string path, WeightsFormat format)
    {
        var file = WeightsFile.Open(path);
        _opened.Add(file);
        _files.Add(file.Path);
        return format == WeightsFormat.Safetensors ? SafetensorsFile.ReadDirectory(file) : TorchFile.ReadDirectory(file);
    }

    /// <summary>Takes what the index names, and nothing else: old shards carry buffers that no index knows.</summary>
    private void AddShard(string path, IReadOnlyCollection<string> names, WeightsFormat format)
    {
        var found = Load(path, format).ToDictionary(tensor => tensor.Info.Name, StringComparer.Ordinal);
        foreach (var name in names)
        {
            Add(found.GetValueOrDefault(name) ?? throw new CheckpointException(
                $"{path}: tensor {Shown.Name(name)} is not in this file, where {_files[0]} says it is. "
                + "Download the index and all its files again, from one revision."));
        }
    }

    private void Add(StoredTensor tensor)
    {
        _stored.Add(tensor.Info.Name, tensor);
        _tensors.Add(tensor.Info.Name, tensor.Info);
    }
}
