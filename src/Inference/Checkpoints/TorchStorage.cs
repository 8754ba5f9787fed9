namespace Pipeline.Inference.Checkpoints;

/// <summary>The values that tensors of a torch file are views of.</summary>
/// <param name="Type">Type of the elements.</param>
/// <param name="Key">Name of its entry below <c>data/</c>.</param>
/// <param name="Count">Number of elements.</param>
internal sealed record TorchStorage(TensorType Type, string Key, long Count);
