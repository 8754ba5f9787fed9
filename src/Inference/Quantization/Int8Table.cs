using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Pipeline.Inference.Quantization;

/// <summary>
/// A table of vectors that are looked up, not multiplied, as int8 [rows, columns] in its own order with a float32 scale for each row
/// [rows, 1]: value = scale * code, -127 to 127. Read by Gather, Cast and Mul.
/// </summary>
internal static class Int8Table
{
    private const int HighestCode = sbyte.MaxValue;

    /// <summary>The smallest scale that holds every value of a row; 1 when they are all 0.</summary>
    public static float Scale(ReadOnlySpan<float> row) => QuantizedScale.OrOne(Math.Abs(TensorPrimitives.MaxMagnitude(row)) / HighestCode);

    /// <summary>Hands out the codes row by row.</summary>
    public static void WriteCodes(MatrixRows table, Action<ReadOnlySpan<byte>> write)
    {
        var codes = new sbyte[table.Columns];
        table.ForEach((_, values) =>
        {
            var scale = Scale(values);
            for (var i = 0; i < codes.Length; i++)
            {
                codes[i] = (sbyte)Math.Clamp(MathF.Round(values[i] / scale), -HighestCode, HighestCode);
            }

            write(MemoryMarshal.AsBytes(codes.AsSpan()));
        });
    }

    /// <summary>Hands out the scales row by row.</summary>
    public static void WriteScales(MatrixRows table, Action<ReadOnlySpan<float>> write) => table.ForEach((_, values) => write([Scale(values)]));
}
