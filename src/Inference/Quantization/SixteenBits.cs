using System.Numerics.Tensors;
using Pipeline.Inference.Checkpoints;

namespace Pipeline.Inference.Quantization;

/// <summary>Weights as 16-bit floating-point numbers, rounded to the nearest, ties to even.</summary>
internal static class SixteenBits
{
    private const int DroppedBits = 16;

    /// <summary>Converts to binary16.</summary>
    /// <exception cref="CheckpointException">A finite number becomes infinite.</exception>
    public static void ToHalf(string tensor, ReadOnlySpan<float> values, Span<Half> destination)
    {
        var largest = values.IsEmpty ? 0 : TensorPrimitives.MaxMagnitude(values);
        if (float.IsFinite(largest) && Half.IsInfinity((Half)largest))
        {
            throw TooLarge(tensor, largest, "fp16");
        }

        TensorPrimitives.ConvertToHalf(values, destination);
    }

    /// <summary>Converts to bfloat16, the upper half of a float.</summary>
    /// <exception cref="CheckpointException">A finite number becomes infinite.</exception>
    public static void ToBFloat16(string tensor, ReadOnlySpan<float> values, Span<ushort> destination)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(values[i]);
            if (float.IsNaN(values[i]))
            {
                // Rounding could turn it into infinity; the quiet bit keeps it what it is.
                destination[i] = (ushort)((bits >> DroppedBits) | 0x40);
                continue;
            }

            destination[i] = (ushort)((bits + 0x7fff + ((bits >> DroppedBits) & 1)) >> DroppedBits);
            if (float.IsFinite(values[i]) && (destination[i] & 0x7fff) == 0x7f80)
            {
                throw TooLarge(tensor, values[i], "bf16");
            }
        }
    }

    private static CheckpointException TooLarge(string tensor, float value, string precision) => new(
        $"Tensor {Shown.Name(tensor)} holds {value}, which is too large for {precision}. Import with --precision fp32.");
}
