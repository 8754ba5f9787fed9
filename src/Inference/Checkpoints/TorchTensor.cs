namespace Pipeline.Inference.Checkpoints;

/// <summary>A tensor as a pickle describes it; nothing is checked yet.</summary>
/// <param name="Storage">What it is a view of.</param>
/// <param name="Offset">Its first element in the storage, in elements.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Strides">For each dimension the distance between neighbours, in elements.</param>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, IReadOnlyList<long> Shape, IReadOnlyList<long> Strides);
