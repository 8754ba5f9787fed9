using System.Numerics.Tensors;
using Pipeline.Inference.Checkpoints;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// The tensors of a checkpoint under the names that an architecture gives them: with or without one of its usual prefixes, shapes checked
/// against the configuration.
/// </summary>
/// <param name="checkpoint">The weights; stays the caller's.</param>
/// <param name="prefixes">What may stand before every name, such as <c>transformer.</c>.</param>
internal sealed class ModelTensors(ICheckpoint checkpoint, params string[] prefixes)
{
    /// <summary>The tensor of that name and shape.</summary>
    /// <exception cref="ModelException">It is missing, has another shape, or is not made of floating-point numbers.</exception>
    public TensorInfo Require(string name, params ReadOnlySpan<long> shape)
    {
        var tensor = Find(name) ?? throw new ModelException(
            $"{Source} has no tensor '{name}'. The file is incomplete, or config.json does not belong to it; download the folder again.");
        if (!tensor.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new ModelException(
                $"{Source}: tensor '{tensor.Name}' has shape [{string.Join(", ", tensor.Shape)}]; [{string.Join(", ", shape.ToArray())}] is "
                + "expected by config.json. Take configuration and weights of the same model.");
        }

        return tensor.Type is TensorType.Float16 or TensorType.BFloat16 or TensorType.Float32 or TensorType.Float64
            ? tensor
            : throw new ModelException(
                $"{Source}: tensor '{tensor.Name}' is stored as {tensor.Type}; floating-point weights are needed. Take the model's original, "
                + "unquantised files.");
    }

    /// <summary>The tensor of that name, or null.</summary>
    public TensorInfo? Find(string name)
    {
        if (checkpoint.Tensors.TryGetValue(name, out var tensor))
        {
            return tensor;
        }

        foreach (var prefix in prefixes)
        {
            if (checkpoint.Tensors.TryGetValue(prefix + name, out tensor))
            {
                return tensor;
            }
        }

        return null;
    }

    /// <summary>Reads consecutive elements.</summary>
    /// <exception cref="ModelException">One is infinite or not a number.</exception>
    public void Read(TensorInfo tensor, long firstElement, Span<float> destination)
    {
        checkpoint.Read(tensor, firstElement, destination);
        // The largest magnitude of numbers among which one is NaN is NaN.
        if (!destination.IsEmpty && !float.IsFinite(TensorPrimitives.MaxMagnitude<float>(destination)))
        {
            throw new ModelException($"{Source}: tensor '{tensor.Name}' holds a value that is no finite number. Download the weights again.");
        }
    }

    /// <summary>Reads a whole tensor.</summary>
    public float[] ReadAll(TensorInfo tensor)
    {
        var values = new float[tensor.ElementCount];
        Read(tensor, 0, values);
        return values;
    }

    private string Source => Path.GetFileName(checkpoint.Files[^1]);
}
