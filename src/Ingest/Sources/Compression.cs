using System.IO.Compression;
using ZstdSharp;

namespace Pipeline.Ingest.Sources;

/// <summary>Recognises compressed data by its first bytes, whatever the file is called, and unpacks it while it is read.</summary>
internal static class Compression
{
    private const int HeadBytes = 4;
    private const int BufferBytes = 256 * 1024;

    /// <summary>The unpacked content of a file, or the file itself when it is not compressed. The result owns the file.</summary>
    public static Stream Unpack(FileStream file, string name)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        var length = file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false);
        file.Position = 0;
        return head[..length] switch
        {
            // Reads of the decompressors are small, so the file gets a buffer.
            [0x1F, 0x8B, ..] => new UnpackingStream(
                new GZipStream(new BufferedStream(file, BufferBytes), CompressionMode.Decompress), name, "gzip", "gzip -t"),
            [0x28, 0xB5, 0x2F, 0xFD] => new UnpackingStream(
                new DecompressionStream(file, BufferBytes, checkEndOfStream: true, leaveOpen: false), name, "Zstandard", "zstd -t"),
            _ => file,
        };
    }

    /// <summary>A name without the extension that tells the compression: an id is the same document, packed or not.</summary>
    public static string WithoutExtension(string name) =>
        Path.GetExtension(name).ToUpperInvariant() is ".GZ" or ".ZST" ? Path.GetFileNameWithoutExtension(name) : name;
}
