using System.Text;

namespace Pipeline.Inference.Tests.Checkpoints;

/// <summary>Writes zip files as torch does, or with one thing wrong.</summary>
internal static class StoredZip
{
    internal sealed record Entry(string Name, byte[] Content)
    {
        public short Flags { get; init; }

        public short Method { get; init; }

        /// <summary>Sizes and offset as 64 bits in the extra field.</summary>
        public bool Zip64 { get; init; }

        /// <summary>What the directory says of the length.</summary>
        public uint? Length { get; init; }

        /// <summary>What the directory says of the offset.</summary>
        public uint? Offset { get; init; }

        /// <summary>The name in front of the content.</summary>
        public string? LocalName { get; init; }
    }

    public static byte[] Write(IReadOnlyList<Entry> entries, int? count = null, long? directoryOffset = null)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var offsets = new List<long>();
        foreach (var entry in entries)
        {
            offsets.Add(stream.Position);
            var name = Encoding.UTF8.GetBytes(entry.LocalName ?? entry.Name);
            var padding = (int)(64 - ((stream.Position + 30 + name.Length + 4) % 64));
            writer.Write("PK\u0003\u0004"u8);
            writer.Write(new byte[22]);
            writer.Write((short)name.Length);
            writer.Write((short)(padding + 4));
            writer.Write(name);
            writer.Write("FB"u8);
            writer.Write((short)padding);
            writer.Write(new byte[padding]);
            writer.Write(entry.Content);
        }

        var start = stream.Position;
        foreach (var (entry, offset) in entries.Zip(offsets))
        {
            WriteRecord(writer, entry, offset);
        }

        var length = stream.Position - start;
        writer.Write("PK\u0005\u0006"u8);
        writer.Write(0);
        writer.Write((short)(count ?? entries.Count));
        writer.Write((short)(count ?? entries.Count));
        writer.Write((uint)length);
        writer.Write((uint)(directoryOffset ?? start));
        writer.Write((short)0);
        writer.Flush();
        return stream.ToArray();
    }

    private static void WriteRecord(BinaryWriter writer, Entry entry, long offset)
    {
        var name = Encoding.UTF8.GetBytes(entry.Name);
        writer.Write("PK\u0001\u0002"u8);
        writer.Write(0);
        writer.Write(entry.Flags);
        writer.Write(entry.Method);
        writer.Write(0L);
        writer.Write(entry.Zip64 ? uint.MaxValue : (uint)entry.Content.Length);
        writer.Write(entry.Length ?? (entry.Zip64 ? uint.MaxValue : (uint)entry.Content.Length));
        writer.Write((short)name.Length);
        writer.Write((short)(entry.Zip64 ? 28 : 0));
        writer.Write(new byte[10]);
        writer.Write(entry.Offset ?? (entry.Zip64 ? uint.MaxValue : (uint)offset));
        writer.Write(name);
        if (entry.Zip64)
        {
            writer.Write((short)1);
            writer.Write((short)24);
            writer.Write((long)entry.Content.Length);
            writer.Write((long)entry.Content.Length);
            writer.Write(offset);
        }
    }
}
