using System.Buffers.Binary;
using System.Text;

namespace Pipeline.Inference.Checkpoints;

/// <summary>Reads the arguments of pickle instructions; anything cut off or malformed is an <see cref="InvalidDataException"/>.</summary>
internal sealed class PickleCursor(ReadOnlyMemory<byte> pickle)
{
    private static readonly UTF8Encoding _utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    public byte Byte() => Take(1)[0];

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>A whole number of up to 8 bytes in two's complement.</summary>
    public long Long()
    {
        var bytes = Take(Byte());
        if (bytes.Length > sizeof(long))
        {
            throw new InvalidDataException($"a whole number of {bytes.Length} bytes; at most {sizeof(long)} expected");
        }

        var value = bytes.IsEmpty || bytes[^1] < 0x80 ? 0L : -1L;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return value;
    }

    public string Text(long length)
    {
        try
        {
            return _utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException("a text that is not UTF-8", exception);
        }
    }

    public string Line()
    {
        var length = pickle.Span[Position..].IndexOf((byte)'\n');
        var line = Text(length < 0 ? long.MaxValue : length);
        Position++;
        return line;
    }

    private ReadOnlySpan<byte> Take(long length)
    {
        if (length < 0 || length > pickle.Length - Position)
        {
            throw new InvalidDataException("the end of the file inside an instruction");
        }

        var taken = pickle.Span.Slice(Position, (int)length);
        Position += (int)length;
        return taken;
    }
}
