using System.Buffers.Binary;
using System.Text;

namespace Pipeline.Inference.Checkpoints;

/// <summary>One record of a zip file's directory, as it is written there.</summary>
internal readonly record struct ZipRecord(string Name, int Method, bool IsEncrypted, long CompressedLength, long Length, long HeaderOffset)
{
    private const int HeaderBytes = 46;
    private const int Zip64Extra = 1;

    /// <summary>Takes the next record from a directory; false when it is cut off or is none.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> directory, out ZipRecord record)
    {
        record = default;
        if (directory.Length < HeaderBytes || !directory.StartsWith("PK\u0001\u0002"u8))
        {
            return false;
        }

        var header = directory[..HeaderBytes];
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
        var total = HeaderBytes + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
        if (directory.Length < total)
        {
            return false;
        }

        var extra = Zip64Field(directory.Slice(HeaderBytes + nameLength, extraLength));
        var name = Encoding.UTF8.GetString(directory.Slice(HeaderBytes, nameLength));
        directory = directory[total..];

        // A value that does not fit 32 bits is all ones, and its 64 bits follow in the extra field, in this order.
        if (!TryValue(header[24..], ref extra, out var length) || !TryValue(header[20..], ref extra, out var compressed)
            || !TryValue(header[42..], ref extra, out var offset))
        {
            return false;
        }

        var isEncrypted = (BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) & 1) != 0;
        record = new(name, BinaryPrimitives.ReadUInt16LittleEndian(header[10..]), isEncrypted, compressed, length, offset);
        return true;
    }

    private static bool TryValue(ReadOnlySpan<byte> field, ref ReadOnlySpan<byte> extra, out long value)
    {
        value = BinaryPrimitives.ReadUInt32LittleEndian(field);
        if (value != uint.MaxValue)
        {
            return true;
        }

        if (extra.Length < sizeof(long))
        {
            return false;
        }

        value = BinaryPrimitives.ReadInt64LittleEndian(extra);
        extra = extra[sizeof(long)..];
        return true;
    }

    private static ReadOnlySpan<byte> Zip64Field(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4)
            {
                break;
            }

            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == Zip64Extra)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return [];
    }
}
