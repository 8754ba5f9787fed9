namespace Pipeline.Ingest.Sources;

/// <summary>
/// How a byte that cannot be decoded passes through the conversion to UTF-8: as a mark that is not UTF-8 and names the byte. The
/// strict check of the record finds it there, so that one record is refused and its neighbours are not touched.
/// </summary>
internal static class Undecodable
{
    private const byte Lead = 0xFF;

    /// <summary>Writes the mark of a byte.</summary>
    /// <returns>Its length.</returns>
    public static int Write(byte value, Span<byte> target)
    {
        target[0] = Lead;
        target[1] = (byte)(0x80 | (value >> 4));
        target[2] = (byte)(0x80 | (value & 0x0F));
        return 3;
    }

    /// <summary>The byte that the mark at the start of <paramref name="bytes"/> stands for.</summary>
    public static byte Read(ReadOnlySpan<byte> bytes) => (byte)(((bytes[1] & 0x0F) << 4) | (bytes[2] & 0x0F));
}
