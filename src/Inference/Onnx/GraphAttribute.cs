using Google.Protobuf;
using static Pipeline.Inference.Onnx.AttributeProto.Types;

namespace Pipeline.Inference.Onnx;

/// <summary>Turns a value of C# into an attribute of a node.</summary>
internal static class GraphAttribute
{
    public static AttributeProto Create(string name, object value) => value switch
    {
        int number => new() { Name = name, Type = AttributeType.Int, I = number },
        long number => new() { Name = name, Type = AttributeType.Int, I = number },
        float number => new() { Name = name, Type = AttributeType.Float, F = number },
        string text => new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(text) },
        long[] numbers => new() { Name = name, Type = AttributeType.Ints, Ints = { numbers } },
        float[] numbers => new() { Name = name, Type = AttributeType.Floats, Floats = { numbers } },
        _ => throw new ArgumentException($"Attribute '{name}' can't be a {value.GetType().Name}.", nameof(value)),
    };
}
