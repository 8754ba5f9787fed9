using System.Text;

namespace Pipeline.Inference.Lexical;

/// <summary>
/// FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv), over UTF-8, with the finaliser of MurmurHash3 because FNV alone
/// leaves the high bits of short keys badly mixed. Fixed constants: the same on every machine and in every process.
/// </summary>
internal static class Fnv1a
{
    private const ulong OffsetBasis = 0xCBF29CE484222325;
    private const ulong Prime = 0x100000001B3;

    /// <summary>A fresh state; features of different kinds start apart so that they never share a hash by design.</summary>
    public static ulong Start(byte kind) => (OffsetBasis ^ kind) * Prime;

    /// <summary>Appends one code point as UTF-8.</summary>
    public static ulong Append(ulong state, int codePoint)
    {
        if (codePoint < 0x80)
        {
            return (state ^ (uint)codePoint) * Prime;
        }

        Span<byte> utf8 = stackalloc byte[4];
        var length = new Rune(codePoint).EncodeToUtf8(utf8);
        foreach (var b in utf8[..length])
        {
            state = (state ^ b) * Prime;
        }

        return state;
    }

    /// <summary>The hash of what was appended.</summary>
    public static ulong Finish(ulong state)
    {
        state = (state ^ (state >> 33)) * 0xFF51AFD7ED558CCD;
        state = (state ^ (state >> 33)) * 0xC4CEB9FE1A85EC53;
        return state ^ (state >> 33);
    }
}
