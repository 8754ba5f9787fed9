namespace Pipeline.Inference.Onnx;

/// <summary>One dimension of a graph's input or output: a number, or a name for what is known only when the graph runs.</summary>
internal readonly record struct GraphDimension(long Size, string? Name)
{
    public static implicit operator GraphDimension(long size) => new(size, null);

    public static implicit operator GraphDimension(string name) => new(0, name);
}
