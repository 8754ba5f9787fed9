using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Pipeline.Inference.Quantization;

/// <summary>
/// A matrix as int8 with one scale for each output, for MatMulInteger, MatMulIntegerToFloat and DynamicQuantizeMatMul of ONNX Runtime:
/// weight = scale * code. The operators want B as [K, N], so the matrix is stored transposed; the scales are float32 [N].
/// </summary>
/// <remarks>
/// Codes have 7 bits. On x64 without VNNI the runtime multiplies by vpmaddubsw, whose sum of two products saturates at 32,767:
/// 2 * 255 * 64 fits, 2 * 255 * 127 does not.
/// </remarks>
internal static class Int8Weights
{
    public const int LowestCode = -64;
    public const int HighestCode = 63;

    /// <summary>The smallest scale that holds every weight of a row; 1 when they are all 0.</summary>
    public static float Scale(ReadOnlySpan<float> row) =>
        QuantizedScale.OrOne(Math.Max(TensorPrimitives.Max(row) / HighestCode, TensorPrimitives.Min(row) / LowestCode));

    /// <summary>Rounds weights to codes, ties to even: each is off by half a scale at most.</summary>
    public static void Quantize(ReadOnlySpan<float> row, float scale, Span<sbyte> codes)
    {
        for (var i = 0; i < row.Length; i++)
        {
            codes[i] = (sbyte)Math.Clamp(MathF.Round(row[i] / scale), LowestCode, HighestCode);
        }
    }

    /// <summary>The scale of each output and the sum of its codes, both [N].</summary>
    public static (float[] Scales, int[] Sums) Measure(MatrixRows matrix)
    {
        var (scales, sums) = (new float[matrix.Rows], new int[matrix.Rows]);
        var codes = new sbyte[matrix.Columns];
        matrix.ForEach((row, values) =>
        {
            scales[row] = Scale(values);
            Quantize(values, scales[row], codes);
            foreach (var code in codes)
            {
                sums[row] += code;
            }
        });
        return (scales, sums);
    }

    /// <summary>Hands out the codes as B [K, N], from its start to its end.</summary>
    /// <param name="matrix">The weights.</param>
    /// <param name="scales">Of <see cref="Measure"/>.</param>
    /// <param name="write">Takes some rows of B.</param>
    /// <param name="stripBytes">The most that is kept of B, but one row of it at least; the matrix is read once for each strip.</param>
    public static void WriteTransposed(MatrixRows matrix, float[] scales, Action<ReadOnlySpan<byte>> write, int stripBytes = 64 << 20)
    {
        var (n, k) = (matrix.Rows, matrix.Columns);
        var depth = Math.Clamp(stripBytes / n, 1, k);
        var strip = new sbyte[depth * n];
        var codes = new sbyte[depth];
        for (var first = 0; first < k; first += depth)
        {
            var start = first;
            var rows = Math.Min(depth, k - first);
            matrix.ForEach((row, values) =>
            {
                Quantize(values.Slice(start, rows), scales[row], codes);
                for (var i = 0; i < rows; i++)
                {
                    strip[(i * n) + row] = codes[i];
                }
            });
            write(MemoryMarshal.AsBytes(strip.AsSpan(0, rows * n)));
        }
    }
}
