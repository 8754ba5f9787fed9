using System.Numerics.Tensors;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Attention;

/// <summary>
/// Keys or values in blocks of tokens, as the kernels for GPUs lay them out. In float16 a block has its tokens one behind the other, of each token the heads.
/// In int8 it has the codes of its heads, of each head the tokens, and behind all codes the scales, float32, in the same order.
/// </summary>
/// <param name="type">float16 or int8.</param>
/// <param name="heads">Heads.</param>
/// <param name="size">Numbers of a head.</param>
internal readonly unsafe struct KeyValueBlocks(DataType type, int heads, int size)
{
    /// <summary>Tokens of a block, as the kernels are written.</summary>
    public const int Tokens = 64;

    private const int LargestCode = 127;

    /// <summary>Numbers of a token of a head: in int8 its scale takes as much as four of them.</summary>
    public static int HeadWidth(DataType type, int size) => type == DataType.Int8 ? QuantizedCache.TokenBytes(size) : size;

    /// <summary>Numbers of a head must be a multiple of this, as a lane reads 16 bytes.</summary>
    public static int HeadStep(DataType type) => type == DataType.Int8 ? 16 : 8;

    /// <summary>
    /// Stores a head of a token. In int8 the scale is its largest number / 127, and codes are its numbers * (127 / the largest), rounded to the nearest, halves to
    /// the even one; where a number is none, or infinite, so is the scale, and the row that it belongs to comes out as no number.
    /// </summary>
    /// <param name="blocks">The first block.</param>
    /// <param name="place">Where the token goes: block * <see cref="Tokens"/> + place in it.</param>
    /// <param name="head">From 0.</param>
    /// <param name="numbers">Of float16 numbers, widened.</param>
    public void Write(byte* blocks, int place, int head, ReadOnlySpan<float> numbers)
    {
        if (type == DataType.Float16)
        {
            TensorPrimitives.ConvertToHalf(numbers, new(Halves(blocks, place, head), size));
            return;
        }

        var codes = Codes(blocks, place, head);
        var most = MathF.Abs(TensorPrimitives.MaxMagnitude(numbers));
        var inverse = most > 0 ? LargestCode / most : 0;
        for (var i = 0; i < size; i++)
        {
            codes[i] = (sbyte)MathF.Round(numbers[i] * inverse);
        }

        *Scale(blocks, place, head) = most / LargestCode;
    }

    /// <summary>Reads what <see cref="Write"/> stored.</summary>
    public void Read(byte* blocks, int place, int head, Span<float> numbers)
    {
        if (type == DataType.Float16)
        {
            TensorPrimitives.ConvertToSingle(new(Halves(blocks, place, head), size), numbers);
            return;
        }

        var codes = Codes(blocks, place, head);
        var scale = *Scale(blocks, place, head);
        for (var i = 0; i < size; i++)
        {
            numbers[i] = codes[i] * scale;
        }
    }

    private Half* Halves(byte* blocks, int place, int head) => (Half*)blocks + ((((long)place * heads) + head) * size);

    private sbyte* Codes(byte* blocks, int place, int head) => (sbyte*)Block(blocks, place) + (TokenOf(place, head) * size);

    private float* Scale(byte* blocks, int place, int head) => (float*)(Block(blocks, place) + (Tokens * heads * size)) + TokenOf(place, head);

    private byte* Block(byte* blocks, int place) => blocks + ((long)(place / Tokens) * Tokens * heads * HeadWidth(type, size));

    private static int TokenOf(int place, int head) => (head * Tokens) + (place % Tokens);
}
