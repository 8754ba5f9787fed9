using Pipeline.Inference.Models;

namespace Pipeline.Inference.Architectures;

/// <summary>What a graph is built from.</summary>
/// <param name="Config">config.json; its folder holds the other files.</param>
/// <param name="Tensors">The weights.</param>
/// <param name="Request">What the user asked for.</param>
/// <param name="HeadIds">The ids that a generator may choose, ascending; null for all.</param>
internal sealed record ArchitectureInput(ModelConfig Config, ModelTensors Tensors, ImportRequest Request, int[]? HeadIds);
