namespace Pipeline.Inference.Onnx;

/// <summary>A tensor in a graph under construction: an input, a weight, or the output of a node.</summary>
internal readonly record struct GraphValue(string Name)
{
    /// <summary>Stands for an optional input that is left out.</summary>
    public static GraphValue None { get; } = new(string.Empty);
}
