using System.Text;

namespace Pipeline.Ingest.Sources;

/// <summary>Finds the encoding of an input: the one its byte order mark tells, the one that was named, or UTF-8.</summary>
internal static class TextEncoding
{
    /// <summary>How many bytes <see cref="Resolve"/> wants to see.</summary>
    public const int HeadBytes = 4;

    private const string Tested = "utf-8, gb18030, gbk, gb2312, big5, utf-16, utf-16le, utf-16be";

    // Names that iconv and Python know and .NET does not.
    private static readonly Dictionary<string, string> Aliases = new()
    {
        ["utf8"] = "utf-8", ["utf16"] = "utf-16", ["utf16le"] = "utf-16le", ["utf16be"] = "utf-16be", ["cp936"] = "gbk", ["cp950"] = "big5",
    };

    static TextEncoding() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The encoding to convert from, or null for UTF-8.</summary>
    /// <exception cref="SourceException">There is no such encoding, or the byte order mark contradicts it.</exception>
    public static Encoding? Resolve(string? named, ReadOnlySpan<byte> head, string name)
    {
        var given = named is null ? null : Find(named);
        if (FromMark(head) is not { } marked)
        {
            return given is UTF8Encoding ? null : given;
        }

        // "utf-16" and "utf-32" leave the byte order to the mark.
        return given is null || given.GetType() == marked.GetType()
            ? marked is UTF8Encoding ? null : marked
            : throw new SourceException(
                $"{name} starts with the byte order mark of {marked.WebName}, so it is not {given.WebName}; leave out --encoding.")
            {
                Chinese = $"{name} 以 {marked.WebName} 的字节顺序标记开头，因此不是 {given.WebName}；请去掉 --encoding。",
            };
    }

    private static Encoding? FromMark(ReadOnlySpan<byte> head) => head switch
    {
        [0xEF, 0xBB, 0xBF, ..] => Find("utf-8"),
        [0xFF, 0xFE, 0, 0, ..] => Find("utf-32"),
        [0, 0, 0xFE, 0xFF, ..] => Find("utf-32be"),
        [0xFF, 0xFE, ..] => Find("utf-16"),
        [0xFE, 0xFF, ..] => Find("utf-16be"),
        _ => null,
    };

    private static Encoding Find(string name)
    {
        name = Aliases.GetValueOrDefault(name, name);
        try
        {
            var known = Encoding.GetEncoding(name);
            return Encoding.GetEncoding(
                name, EncoderFallback.ExceptionFallback, new UndecodableFallback(isUnicode: known is UnicodeEncoding or UTF32Encoding));
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new SourceException(
                $"There is no encoding '{name}'; --encoding takes {Tested}, and other names that .NET knows (shift_jis, windows-1252).",
                exception)
            {
                Chinese = $"没有编码 '{name}'；--encoding 可用 {Tested}，以及 .NET 认识的其他名称（shift_jis、windows-1252）。",
                IsUsage = true,
            };
        }
    }
}
