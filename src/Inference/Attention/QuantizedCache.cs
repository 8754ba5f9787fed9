using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pipeline.Inference.Attention;

/// <summary>
/// Keys and values in int8, with a scale for each token of each head. Sixteen tokens of a head make a block: their scales, float32, then their codes.
/// Keys lie number by number, so that a query meets sixteen tokens at once; values lie token by token.
/// </summary>
internal static unsafe class QuantizedCache
{
    /// <summary>Tokens of a block. A row has room for whole blocks.</summary>
    public const int BlockTokens = 16;

    private const int LargestCode = 127;

    /// <summary>Bytes of a token of a head: its codes and its scale.</summary>
    public static int TokenBytes(int headSize) => headSize + sizeof(float);

    /// <summary>Bytes of a block of a head.</summary>
    public static int BlockBytes(int headSize) => BlockTokens * TokenBytes(headSize);

    /// <summary>Writes a token's key.</summary>
    /// <param name="head">The first block of its head.</param>
    /// <param name="token">Its position in the row.</param>
    /// <param name="key">Its numbers; a multiple of 8.</param>
    public static void WriteKey(sbyte* head, int token, ReadOnlySpan<float> key)
    {
        var codes = stackalloc sbyte[key.Length];
        Quantize(key, WriteScale(head, token, key), codes);
        var place = Codes(head, token, key.Length) + (token % BlockTokens);
        for (var i = 0; i < key.Length; i++)
        {
            place[i * BlockTokens] = codes[i];
        }
    }

    /// <summary>Writes the keys of a block at once; see <see cref="WriteKey"/>, which gives the same.</summary>
    /// <param name="head">The first block of its head.</param>
    /// <param name="firstToken">Position of the block's first token.</param>
    /// <param name="columns">The keys as columns: a number of all sixteen every <paramref name="stride"/> floats.</param>
    /// <param name="stride">At least 16.</param>
    /// <param name="headSize">Numbers of a key.</param>
    public static void WriteKeys(sbyte* head, int firstToken, float* columns, int stride, int headSize)
    {
        Vector256<float> low = default, high = default;
        for (var i = 0; i < headSize; i++)
        {
            low = Vector256.Max(low, Vector256.Abs(Vector256.Load(columns + (i * stride))));
            high = Vector256.Max(high, Vector256.Abs(Vector256.Load(columns + (i * stride) + 8)));
        }

        var block = head + ((long)(firstToken / BlockTokens) * BlockBytes(headSize));
        Vector256.Store(low / LargestCode, (float*)block);
        Vector256.Store(high / LargestCode, (float*)block + 8);
        (low, high) = (Inverse(low), Inverse(high));
        var codes = block + (BlockTokens * sizeof(float));
        for (var i = 0; i < headSize; i++, codes += BlockTokens)
        {
            Vector128.Store(
                Vector128.Narrow(Words(Vector256.Load(columns + (i * stride)), low), Words(Vector256.Load(columns + (i * stride) + 8), high)), codes);
        }

        static Vector256<float> Inverse(Vector256<float> largest) => Vector256.ConditionalSelect(
            Vector256.GreaterThan(largest, Vector256<float>.Zero), Vector256.Create((float)LargestCode) / largest, Vector256<float>.Zero);
    }

    /// <summary>Writes a token's value; see <see cref="WriteKey"/>.</summary>
    public static void WriteValue(sbyte* head, int token, ReadOnlySpan<float> value) =>
        Quantize(value, WriteScale(head, token, value), Codes(head, token, value.Length) + (token % BlockTokens * value.Length));

    /// <summary>Sixteen codes as numbers.</summary>
    public static (Vector256<float> Low, Vector256<float> High) Load(sbyte* codes) => (LoadEight(codes), LoadEight(codes + 8));

    /// <summary>Eight codes as numbers.</summary>
    public static Vector256<float> LoadEight(sbyte* codes)
    {
        if (Avx2.IsSupported)
        {
            return Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(codes));
        }

        var words = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)codes).AsSByte());
        return Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words)));
    }

    private static sbyte* Codes(sbyte* head, int token, int headSize) =>
        head + ((long)(token / BlockTokens) * BlockBytes(headSize)) + (BlockTokens * sizeof(float));

    /// <summary>Writes the scale; returns its inverse.</summary>
    private static float WriteScale(sbyte* head, int token, ReadOnlySpan<float> values)
    {
        var largests = Vector256<float>.Zero;
        for (var i = 0; i < values.Length; i += Vector256<float>.Count)
        {
            largests = Vector256.Max(largests, Vector256.Abs(Vector256.Create(values.Slice(i))));
        }

        var largest = largests[0];
        for (var i = 1; i < Vector256<float>.Count; i++)
        {
            largest = MathF.Max(largest, largests[i]);
        }

        ((float*)(head + ((long)(token / BlockTokens) * BlockBytes(values.Length))))[token % BlockTokens] = largest / LargestCode;
        return largest > 0 ? LargestCode / largest : 0;
    }

    private static void Quantize(ReadOnlySpan<float> values, float inverse, sbyte* codes)
    {
        for (var i = 0; i < values.Length; i += Vector256<float>.Count)
        {
            var words = Words(Vector256.Create(values.Slice(i)), Vector256.Create(inverse));
            *(long*)(codes + i) = Vector128.Narrow(words, words).AsInt64().ToScalar();
        }
    }

    private static Vector128<short> Words(Vector256<float> values, Vector256<float> inverse)
    {
        var rounded = Vector256.ConvertToInt32(Vector256.Round(values * inverse));
        return Vector128.Narrow(rounded.GetLower(), rounded.GetUpper());
    }
}
