using System.Runtime.InteropServices;
using Pipeline.Inference.Models;
using Pipeline.Inference.Checkpoints;
using Pipeline.Inference.Quantization;

namespace Pipeline.Inference.Onnx;

/// <summary>Takes the elements of one weight in row-major order and stores them in the weight's type.</summary>
internal sealed class WeightWriter(
    string name, DataType type, Stream stream, Action<long>? progress, CancellationToken cancellationToken)
{
    // Converted and written in pieces of this many elements, between which a cancellation is noticed.
    private const int Piece = 1 << 18;

    private readonly Lazy<ushort[]> _halves = new(() => new ushort[Piece]);

    /// <summary>Bytes of a tensor; two elements of a 4-bit type share one.</summary>
    /// <exception cref="ModelException">An exported graph has a type that no weight has.</exception>
    public static long ByteLength(DataType type, IEnumerable<long> shape)
    {
        var elements = shape.Aggregate(1L, (product, size) => checked(product * size));
        return type switch
        {
            DataType.Uint4 or DataType.Int4 => (elements + 1) / 2,
            DataType.Uint8 or DataType.Int8 or DataType.Bool => elements,
            DataType.Float16 or DataType.Bfloat16 or DataType.Uint16 or DataType.Int16 => checked(elements * 2),
            DataType.Float or DataType.Int32 or DataType.Uint32 => checked(elements * 4),
            DataType.Double or DataType.Int64 or DataType.Uint64 => checked(elements * 8),
            _ => throw new ModelException($"Weights of ONNX type {type} are not supported."),
        };
    }

    /// <summary>Appends numbers to a weight of type FLOAT, FLOAT16 or BFLOAT16.</summary>
    /// <exception cref="CheckpointException">A number is too large for 16 bits.</exception>
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
                    SixteenBits.ToHalf(name, piece, MemoryMarshal.Cast<ushort, Half>(_halves.Value.AsSpan()));
                    Append(MemoryMarshal.AsBytes(_halves.Value.AsSpan(0, piece.Length)));
                    break;
                case DataType.Bfloat16:
                    SixteenBits.ToBFloat16(name, piece, _halves.Value);
                    Append(MemoryMarshal.AsBytes(_halves.Value.AsSpan(0, piece.Length)));
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

    private void Append(ReadOnlySpan<byte> bytes)
    {
        cancellationToken.ThrowIfCancellationRequested();
        stream.Write(bytes);
        progress?.Invoke(bytes.Length);
    }
}
