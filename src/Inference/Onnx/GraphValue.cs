namespace Pipeline.Inference.Onnx;

/// <summary>A tensor in a graph under construction: an input, a weight, or the output of a node.</summary>
internal readonly record struct GraphValue
{
    private readonly string? _name;

    public GraphValue(string name) => _name = name.Length == 0 ? null : name;

    /// <summary>Stands for an optional input that is left out.</summary>
    public static GraphValue None => default;

    public string Name => _name ?? string.Empty;
}
