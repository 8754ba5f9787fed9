namespace Pipeline.Ingest.Sources;

/// <summary>Recognises, by its first bytes, a file that is not text.</summary>
internal static class FileHead
{
    /// <summary>How many bytes <see cref="Check"/> wants to see.</summary>
    public const int Bytes = 8;

    /// <summary>Length of the UTF-8 byte order mark at the start of the file: 3 or 0.</summary>
    /// <exception cref="SourceException">The file is something else than text.</exception>
    public static int Check(ReadOnlySpan<byte> head, string name)
    {
        var (looksLike, remedy, chinese) = head switch
        {
            [0x1F, 0x8B, ..] => ("gzip data inside other packing", "unpack it with: gunzip", "像是另一层压缩内的 gzip 数据，而不是文本；请用 gunzip 解开"),
            [0x28, 0xB5, 0x2F, 0xFD, ..] => ("Zstandard data inside other packing", "unpack it with: unzstd", "像是另一层压缩内的 Zstandard 数据，而不是文本；请用 unzstd 解开"),
            [(byte)'P', (byte)'K', 3 or 5, 4 or 6, ..] => ("a ZIP archive or an Excel workbook", "unpack it or save the sheet as CSV", "像是 ZIP 压缩包或 Excel 工作簿，而不是文本；请解压，或将工作表另存为 CSV"),
            [(byte)'P', (byte)'A', (byte)'R', (byte)'1', ..] => ("a Parquet file", "leave out --format", "像是 Parquet 文件，而不是文本；请去掉 --format"),
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => ("xz data", "unpack it with: unxz", "像是 xz 数据，而不是文本；请用 unxz 解开"),
            [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31, 0x41, ..] => ("bzip2 data", "unpack it with: bunzip2", "像是 bzip2 数据，而不是文本；请用 bunzip2 解开"),
            [0xD0, 0xCF, 0x11, 0xE0, ..] => ("an old Excel or Office file", "save the sheet as CSV", "像是旧版 Excel 或 Office 文件，而不是文本；请将工作表另存为 CSV"),
            _ => ("", "", ""),
        };
        if (looksLike.Length > 0)
        {
            throw new SourceException($"{name} looks like {looksLike}, not text; {remedy}.") { Chinese = $"{name} {chinese}。" };
        }

        return head is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
    }
}
