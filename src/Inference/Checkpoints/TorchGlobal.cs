namespace Pipeline.Inference.Checkpoints;

/// <summary>A class or function that a pickle of tensors may name. The list is closed: naming anything else is an error.</summary>
/// <param name="Name">Its full name in Python.</param>
/// <param name="Storage">For a class of storages, the type of the elements.</param>
internal sealed record TorchGlobal(string Name, TensorType? Storage)
{
    public static readonly TorchGlobal OrderedDict = new("collections.OrderedDict", null);
    public static readonly TorchGlobal RebuildTensor = new("torch._utils._rebuild_tensor_v2", null);
    public static readonly TorchGlobal RebuildParameter = new("torch._utils._rebuild_parameter", null);

    private static readonly Dictionary<string, TorchGlobal> _allowed = new TorchGlobal[]
    {
        OrderedDict, RebuildTensor, RebuildParameter,
        new("torch.DoubleStorage", TensorType.Float64), new("torch.FloatStorage", TensorType.Float32),
        new("torch.HalfStorage", TensorType.Float16), new("torch.BFloat16Storage", TensorType.BFloat16),
        new("torch.LongStorage", TensorType.Int64), new("torch.IntStorage", TensorType.Int32),
        new("torch.ShortStorage", TensorType.Int16), new("torch.CharStorage", TensorType.Int8),
        new("torch.ByteStorage", TensorType.UInt8), new("torch.BoolStorage", TensorType.Bool),
        new("torch.storage.UntypedStorage", TensorType.UInt8),
    }.ToDictionary(global => global.Name, StringComparer.Ordinal);

    public static TorchGlobal? Find(string name) => _allowed.GetValueOrDefault(name);
}
