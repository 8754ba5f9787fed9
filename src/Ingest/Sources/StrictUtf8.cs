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

    /// <summary>The rejection of a record whose byte at <paramref name="invalid"/> is not UTF-8, or stands for one that has no meaning.</summary>
    public static RejectedLine Reject(
        long line, long offset, ReadOnlySpan<byte> record, int invalid, ContentKind content, string? id = null)
    {
        var before = record[..invalid];
        var place = $"line {line + PhysicalLines.CountEnds(before)}";
        if (content != ContentKind.Converted)
        {
            return new(line, RejectCodes.BadEncoding,
                $"{place}: byte 0x{record[invalid]:X2} at byte offset {offset + invalid} of {content.Noun()} is not valid UTF-8", id);
        }

        var start = before.LastIndexOfAny((byte)'\r', (byte)'\n') + 1;
        var characters = 0;
        foreach (var _ in Encoding.UTF8.GetString(before[start..]).EnumerateRunes())
        {
            characters++;
        }

        return new(line, RejectCodes.BadEncoding,
            $"{place}, character {characters + 1}: byte 0x{Undecodable.Read(record[invalid..]):X2} does not exist in the file's encoding; "
            + "correct it, or --encoding", id);
    }
}
