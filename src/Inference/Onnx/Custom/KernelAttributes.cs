namespace Pipeline.Inference.Onnx.Custom;

/// <summary>The attributes of a node.</summary>
internal readonly struct KernelAttributes(IntPtr info)
{
    public int Integer(string name) => checked((int)OrtApi.IntegerAttribute(info, name));

    public float Float(string name) => OrtApi.FloatAttribute(info, name);

    /// <summary>Null when the node has it not.</summary>
    public float? OptionalFloat(string name) => OrtApi.FindFloatAttribute(info, name);
}
