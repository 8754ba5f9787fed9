using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Onnx;

/// <summary>Takes the elements of one weight in row-major order and stores them in the weight's type.</summary>
internal sealed class WeightWriter(
    string name, DataType type, Stream stream, Action<long>? progress, CancellationToken cancellationToken)
{
    // Converted and written in pieces of this many elements, between which a cancellation is noticed.
    private const int Piece = 1 << 18;

    private Half[]? _halves;

    /// <summary>Bytes of a tensor; two elements of a 4-bit type share one.</summary>
    public static long ByteLength(DataType type, IEnumerable<long> shape)
    {
        var elements = shape.Aggregate(1L, (product, size) => checked(product * size));
        return type switch
        {
            DataType.Uint4 or DataType.Int4 => (elements + 1) / 2,
            DataType.Uint8 or DataType.Int8 or DataType.Bool => elements,
            DataType.Float16 or DataType.Bfloat16 => checked(elements * 2),
            DataType.Float or DataType.Int32 => checked(elements * 4),
            DataType.Double or DataType.Int64 => checked(elements * 8),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No weight is stored like this."),
        };
    }

    /// <summary>Appends numbers to a weight of type FLOAT or FLOAT16.</summary>
    /// <exception cref="ModelException">A number is too large for 16 bits.</exception>
    public void Write(ReadOnlySpan<float> values)
    {
        for (; !values.IsEmpty; values = values[Math.Min(Piece, values.Length)..])
        {
            var piece = values[..Math.Min(Piece, values.Length)];
            switch (type)
            {
                case DataType.Float:
                    Append(MemoryMarshal.AsBytes(piece));
                    break;
                case DataType.Float16:
                    Append(MemoryMarshal.AsBytes(ToHalf(piece)));
                    break;
                default:
                    throw new InvalidOperationException($"Weight '{name}' is stored as {type}; write its bytes.");
            }
        }
    }

    /// <summary>Appends elements as they are stored: little-endian, 4-bit elements in pairs with the first in the low half.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(Piece, bytes.Length)..])
        {
            Append(bytes[..Math.Min(Piece, bytes.Length)]);
        }
    }

    private ReadOnlySpan<Half> ToHalf(ReadOnlySpan<float> values)
    {
        if (TensorPrimitives.MaxMagnitude(values) is var largest && Half.IsInfinity((Half)largest) && float.IsFinite(largest))
        {
            throw new ModelException($"Weight '{name}' holds {largest}, which is too large for 16 bits. Import with --precision fp32.");
        }

        _halves ??= new Half[Piece];
        TensorPrimitives.ConvertToHalf(values, _halves);
        return _halves.AsSpan(0, values.Length);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        cancellationToken.ThrowIfCancellationRequested();
        stream.Write(bytes);
        progress?.Invoke(bytes.Length);
    }
}
