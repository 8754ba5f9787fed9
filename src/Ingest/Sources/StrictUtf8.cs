using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Pipeline.Ingest.Sources;

/// <summary>UTF-8 without repair: a decoder that puts U+FFFD in place of bad bytes would change a ticket without a trace.</summary>
internal static class StrictUtf8
{
    /// <summary>Index of the first byte that does not belong to a valid sequence, or -1.</summary>
    public static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return -1;
        }

        var position = 0;
        while (Rune.DecodeFromUtf8(bytes[position..], out _, out var length) == OperationStatus.Done)
        {
            position += length;
        }

        return position;
    }

    /// <summary>The rejection of a record whose byte at <paramref name="invalid"/> is not UTF-8.</summary>
    public static RejectedLine Reject(long line, long offset, ReadOnlySpan<byte> record, int invalid, string? id = null)
    {
        var lineOfByte = line + PhysicalLines.CountEnds(record[..invalid]);
        return new(line, RejectCodes.BadEncoding,
            $"line {lineOfByte}: byte 0x{record[invalid]:X2} at byte offset {offset + invalid} of the file is not valid UTF-8", id);
    }
}
