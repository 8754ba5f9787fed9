using System.Buffers.Binary;
using System.Text;

namespace Pipeline.Inference.Checkpoints;

/// <summary>
/// Where the entries of a zip file lie, so that they can be read in place. Reads what torch writes, stored entries with or without zip64,
/// and refuses the rest. Format: PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.14 to 4.3.16.
/// </summary>
internal static class ZipDirectory
{
    private const int EndBytes = 22;
    private const int LocatorBytes = 20;
    private const int End64Bytes = 56;
    private const int LocalBytes = 30;
    private const int LongestComment = ushort.MaxValue;
    private const int LargestDirectory = 32 << 20;

    /// <summary>Every entry by its name.</summary>
    public static IReadOnlyDictionary<string, ZipEntry> Read(WeightsFile file)
    {
        var (start, length, count) = FindDirectory(file);
        if (start < 0 || length < 0 || length > file.Length - start)
        {
            throw file.Fault($"the zip directory should be at bytes {start} to {start + length}, outside a file of {file.Length}. "
                + WeightsFile.DownloadAgain);
        }

        if (length > LargestDirectory)
        {
            throw file.Fault($"the zip directory has {length} bytes; at most {LargestDirectory} expected. This is no file of a model's weights.");
        }

        ReadOnlySpan<byte> directory = file.Read(start, (int)length);
        var entries = new Dictionary<string, ZipEntry>(StringComparer.Ordinal);
        while (!directory.IsEmpty)
        {
            if (!ZipRecord.TryTake(ref directory, out var record))
            {
                throw file.Fault($"the zip directory is damaged after {entries.Count} entries. {WeightsFile.DownloadAgain}");
            }

            RequireReadable(file, record);
            if (!entries.TryAdd(record.Name, Locate(file, record, start)))
            {
                throw file.Fault($"the zip entry {Shown.Name(record.Name)} is there twice. {WeightsFile.DownloadAgain}");
            }
        }

        if (entries.Count != count)
        {
            throw file.Fault($"the zip directory has {entries.Count} entries where {count} are expected. {WeightsFile.DownloadAgain}");
        }

        RequireNoOverlap(file, entries.Values);
        return entries;
    }

    private static (long Start, long Length, long Count) FindDirectory(WeightsFile file)
    {
        var tail = file.Read(Math.Max(0, file.Length - EndBytes - LongestComment), (int)Math.Min(file.Length, EndBytes + LongestComment));
        var at = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (at < 0 || tail.Length - at < EndBytes)
        {
            throw file.Fault($"a zip file without its directory at the end: it is truncated. {WeightsFile.DownloadAgain}");
        }

        var end = tail.AsSpan(at);
        var locatorOffset = file.Length - tail.Length + at - LocatorBytes;
        if (locatorOffset >= 0 && file.Read(locatorOffset, LocatorBytes) is var locator && locator.AsSpan().StartsWith("PK\u0006\u0007"u8))
        {
            var offset = BinaryPrimitives.ReadInt64LittleEndian(locator.AsSpan(8));
            if (offset < 0 || offset > file.Length - End64Bytes || file.Read(offset, End64Bytes) is not { } end64
                || !end64.AsSpan().StartsWith("PK\u0006\u0006"u8))
            {
                throw file.Fault($"the zip64 directory is not where its locator says, at byte {offset}. {WeightsFile.DownloadAgain}");
            }

            return (BinaryPrimitives.ReadInt64LittleEndian(end64.AsSpan(48)), BinaryPrimitives.ReadInt64LittleEndian(end64.AsSpan(40)),
                BinaryPrimitives.ReadInt64LittleEndian(end64.AsSpan(32)));
        }

        return (BinaryPrimitives.ReadUInt32LittleEndian(end[16..]), BinaryPrimitives.ReadUInt32LittleEndian(end[12..]),
            BinaryPrimitives.ReadUInt16LittleEndian(end[10..]));
    }

    private static void RequireReadable(WeightsFile file, ZipRecord record)
    {
        var name = record.Name;
        var problem = record switch
        {
            _ when name.Split('/').Any(part => part is "" or "." or "..") || name.AsSpan().ContainsAny('\\', ':', '\0') => "has a path that could lead out of the archive",
            { IsEncrypted: true } => "is encrypted",
            { Method: not 0 } => $"is compressed (method {record.Method})",
            _ when record.CompressedLength != record.Length => $"has {record.Length} bytes but stores {record.CompressedLength}",
            _ => null,
        };
        if (problem is not null)
        {
            throw file.Fault($"the zip entry {Shown.Name(name)} {problem}; torch.save writes plain stored entries. "
                + "Use the file as it was published, not a zip made by hand.");
        }
    }

    private static ZipEntry Locate(WeightsFile file, ZipRecord record, long directoryStart)
    {
        // The local header repeats the name and has padding of its own, so only it tells where the data starts.
        if (record.HeaderOffset >= 0 && record.HeaderOffset <= directoryStart - LocalBytes
            && file.Read(record.HeaderOffset, LocalBytes) is var local && local.AsSpan().StartsWith("PK\u0003\u0004"u8))
        {
            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(local.AsSpan(26));
            var offset = record.HeaderOffset + LocalBytes + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(local.AsSpan(28));
            if (record.Length >= 0 && offset <= directoryStart && record.Length <= directoryStart - offset
                && Encoding.UTF8.GetString(file.Read(record.HeaderOffset + LocalBytes, nameLength)) == record.Name)
            {
                return new(record.Name, offset, record.Length);
            }
        }

        throw file.Fault($"the zip entry {Shown.Name(record.Name)} of {record.Length} bytes is not at byte {record.HeaderOffset}, where the "
            + $"directory says. {WeightsFile.DownloadAgain}");
    }

    private static void RequireNoOverlap(WeightsFile file, IEnumerable<ZipEntry> entries)
    {
        var end = 0L;
        foreach (var entry in entries.OrderBy(entry => entry.Offset).ThenBy(entry => entry.Length))
        {
            if (entry.Offset < end)
            {
                throw file.Fault($"the zip entry {Shown.Name(entry.Name)} overlaps another. {WeightsFile.DownloadAgain}");
            }

            end = entry.Offset + entry.Length;
        }
    }
}
