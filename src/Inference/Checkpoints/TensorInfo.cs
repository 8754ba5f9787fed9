using System.Collections.Immutable;

namespace Pipeline.Inference.Checkpoints;

/// <summary>A tensor of a checkpoint, without its values.</summary>
/// <param name="Name">Its name as the file has it, such as <c>transformer.h.0.mlp.dense_h_to_4h.weight</c>.</param>
/// <param name="Type">How it is stored.</param>
/// <param name="Shape">Its dimensions, outermost first, each 0 or more; empty for a single number.</param>
public sealed record TensorInfo(string Name, TensorType Type, ImmutableArray<long> Shape)
{
    /// <summary>Number of elements: the product of the dimensions.</summary>
    public long ElementCount { get; } = Shape.Aggregate(1L, (product, dimension) => checked(product * dimension));
}
