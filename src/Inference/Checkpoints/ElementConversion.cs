using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Pipeline.Inference.Checkpoints;

/// <summary>Elements as they are stored, to float32.</summary>
internal static class ElementConversion
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this TensorType type) => type switch
    {
        TensorType.Float64 or TensorType.Int64 => 8,
        TensorType.Float32 or TensorType.Int32 => 4,
        TensorType.Float16 or TensorType.BFloat16 or TensorType.Int16 => 2,
        TensorType.Int8 or TensorType.UInt8 or TensorType.Bool => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No such tensor type."),
    };

    /// <summary>Converts elements; false when a finite Float64 would become infinite.</summary>
    public static bool TryToSingle(TensorType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        switch (type)
        {
            case TensorType.Float32:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                return true;
            case TensorType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(source), destination);
                return true;
            case TensorType.BFloat16:
                TensorPrimitives.ConvertChecked(MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<float, uint>(destination));
                TensorPrimitives.ShiftLeft(MemoryMarshal.Cast<float, uint>(destination), 16, MemoryMarshal.Cast<float, uint>(destination));
                return true;
            case TensorType.Float64:
                return TryNarrow(MemoryMarshal.Cast<byte, double>(source), destination);
            case TensorType.Int64:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, long>(source), destination);
                return true;
            case TensorType.Int32:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, int>(source), destination);
                return true;
            case TensorType.Int16:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, short>(source), destination);
                return true;
            case TensorType.Int8:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, sbyte>(source), destination);
                return true;
            case TensorType.UInt8 or TensorType.Bool:
                TensorPrimitives.ConvertTruncating(source, destination);
                return true;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "No such tensor type.");
        }
    }

    private static bool TryNarrow(ReadOnlySpan<double> source, Span<float> destination)
    {
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = (float)source[i];
            if (float.IsInfinity(destination[i]) && double.IsFinite(source[i]))
            {
                return false;
            }
        }

        return true;
    }
}
