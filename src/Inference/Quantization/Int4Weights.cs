using System.Numerics.Tensors;

namespace Pipeline.Inference.Quantization;

/// <summary>
/// A matrix in blocks of 16 weights, each with a scale and a zero point, for MatMulNBits of ONNX Runtime with bits 4 and block_size 16:
/// weight = scale * (code - zero point). Rows stay rows, so that a matrix streams through. Codes are uint8 [N, blocks, 8], the first of
/// two in the low half of a byte, the last block of a row filled up with weights of 0; scales float32 [N * blocks]; zero points uint8
/// [N * ceil(blocks / 2)], packed like codes, each row from a byte of its own.
/// </summary>
/// <remarks>
/// The block is as small as the operator allows: with larger ones its kernels for a single row and for several give different last bits,
/// on processors with AVX2 from 32 on, with AVX-512 from 64 on, and a text's result would depend on its batch.
/// </remarks>
internal static class Int4Weights
{
    public const int BlockSize = 16;
    public const int BlockBytes = BlockSize / 2;

    private const int HighestCode = 15;

    /// <summary>Blocks of a row.</summary>
    public static int Blocks(int columns) => (columns + BlockSize - 1) / BlockSize;

    /// <summary>Bytes of the zero points of a row.</summary>
    public static int ZeroPointBytes(int columns) => (Blocks(columns) + 1) / 2;

    /// <summary>Scale and zero point of one block. Its range always includes 0, so that a weight of 0 stays 0.</summary>
    public static (float Scale, int ZeroPoint) Measure(ReadOnlySpan<float> block)
    {
        var low = Math.Min(0, TensorPrimitives.Min(block));
        var high = Math.Max(0, TensorPrimitives.Max(block));
        var scale = QuantizedScale.OrOne((high - low) / HighestCode);
        return (scale, (int)MathF.Round(-low / scale));
    }

    /// <summary>Rounds the weights of one row to packed codes: each is off by half its block's scale at most.</summary>
    /// <param name="row">K weights.</param>
    /// <param name="codes">[blocks * 8].</param>
    public static void Quantize(ReadOnlySpan<float> row, Span<byte> codes)
    {
        codes.Clear();
        for (var first = 0; first < codes.Length * 2; first += BlockSize)
        {
            var block = Block(row, first / BlockSize);
            var (scale, zeroPoint) = Measure(block);
            for (var i = 0; i < BlockSize; i++)
            {
                var weight = i < block.Length ? block[i] : 0;
                Pack(codes, first + i, Math.Clamp((int)MathF.Round(weight / scale) + zeroPoint, 0, HighestCode));
            }
        }
    }

    /// <summary>Hands out the codes row by row.</summary>
    public static void WriteCodes(MatrixRows matrix, Action<ReadOnlySpan<byte>> write)
    {
        var codes = new byte[Blocks(matrix.Columns) * BlockBytes];
        matrix.ForEach((_, values) =>
        {
            Quantize(values, codes);
            write(codes);
        });
    }

    /// <summary>Hands out the scales row by row.</summary>
    public static void WriteScales(MatrixRows matrix, Action<ReadOnlySpan<float>> write)
    {
        var scales = new float[Blocks(matrix.Columns)];
        matrix.ForEach((_, values) =>
        {
            for (var block = 0; block < scales.Length; block++)
            {
                scales[block] = Measure(Block(values, block)).Scale;
            }

            write(scales);
        });
    }

    /// <summary>Hands out the zero points row by row.</summary>
    public static void WriteZeroPoints(MatrixRows matrix, Action<ReadOnlySpan<byte>> write)
    {
        var zeroPoints = new byte[ZeroPointBytes(matrix.Columns)];
        matrix.ForEach((_, values) =>
        {
            zeroPoints.AsSpan().Clear();
            for (var block = 0; block < Blocks(values.Length); block++)
            {
                Pack(zeroPoints, block, Measure(Block(values, block)).ZeroPoint);
            }

            write(zeroPoints);
        });
    }

    private static ReadOnlySpan<float> Block(ReadOnlySpan<float> row, int block) =>
        row[(block * BlockSize)..Math.Min((block + 1) * BlockSize, row.Length)];

    private static void Pack(Span<byte> packed, int index, int code) => packed[index / 2] |= (byte)(code << (index % 2 * 4));
}
