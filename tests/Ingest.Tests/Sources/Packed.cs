using System.Globalization;
using System.IO.Compression;
using System.Text;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Pipeline.Ingest.Tests.Sources;

/// <summary>Content to pack and its packed forms.</summary>
internal static class Packed
{
    /// <summary>CSV of two columns; its numbers keep it from packing to nothing.</summary>
    public static byte[] Lines(int count)
    {
        var random = new Random(count);
        var text = new StringBuilder("id,text\n");
        for (var line = 1; line <= count; line++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{line},水泵 {random.Next()}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static byte[] Gzip(byte[] content) => Pack(content, stream => new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true));

    /// <summary>With a checksum, as the command zstd writes it.</summary>
    public static byte[] Zstandard(byte[] content) => Pack(content, stream =>
    {
        var packer = new CompressionStream(stream, leaveOpen: true);
        packer.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return packer;
    });

    private static byte[] Pack(byte[] content, Func<Stream, Stream> packer)
    {
        var packed = new MemoryStream();
        using (var stream = packer(packed))
        {
            stream.Write(content);
        }

        return packed.ToArray();
    }
}
