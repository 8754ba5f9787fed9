using System.Text;
using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Tests.Sources;

public sealed class EncodingTests
{
    private const string Text = "泵房漏水，压力 0.35 MPa，\"急\"";

    static EncodingTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData("gb18030", "𠮷龘€")]
    [InlineData("gbk", "龘€")]
    [InlineData("gb2312", "")]
    [InlineData("big5", "")]
    [InlineData("utf-16le", "𠮷龘😀")]
    [InlineData("utf-16be", "𠮷龘😀")]
    [InlineData("utf-32", "𠮷龘😀")]
    [InlineData("shift_jis", "カ")]
    public async Task A_file_in_another_encoding_gives_the_same_documents(string encoding, string more)
    {
        var text = encoding is "big5" ? "幫浦漏水，壓力 0.35 MPa，\"急\"" : encoding is "shift_jis" ? "漏水，\"急\"カ" : Text + more;
        var options = new SourceOptions { Encoding = encoding };

        var csv = await ReadAsync($"id,text\r\n1,\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\n第二行\"\r\n2,b\r\n", options);
        var json = await ReadAsync($"{{\"id\":1,\"text\":\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"}}\n{{\"text\":\"b\"}}\n", options, SourceFormat.JsonLines);

        Assert.Equal([text + "\n第二行", "b"], csv.Select(record => record.Document().Text));
        Assert.Equal([text, "b"], json.Select(record => record.Document().Text));
        Assert.Equal([2, 4], csv.Select(record => record.Line));
    }

    [Theory]
    [InlineData("utf-16", "FFFE")]
    [InlineData("utf-16be", "FEFF")]
    [InlineData("utf-32", "FFFE0000")]
    public async Task A_byte_order_mark_tells_the_encoding_and_goes_away(string encoding, string mark)
    {
        byte[] bytes = [.. Convert.FromHexString(mark), .. Encoding.GetEncoding(encoding).GetBytes($"id,text\n1,{Text}\n")];

        Assert.Equal(Text, (await ReadAsync(bytes, new SourceOptions())).Single().Document().Text);
        var family = encoding[..6];
        Assert.Equal(Text, (await ReadAsync(bytes, new SourceOptions { Encoding = family })).Single().Document().Text);
        Assert.Contains(
            "so it is not gb18030; leave out --encoding",
            await Reading.ErrorAsync(() => ReadAsync(bytes, new SourceOptions { Encoding = "gb18030" })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Utf_8_may_be_named_and_may_have_its_mark()
    {
        var bytes = Reading.Concat("\uFEFFid,text\n1,水\n");

        Assert.Equal("水", (await ReadAsync(bytes, new SourceOptions { Encoding = "utf-8" })).Single().Document().Text);
    }

    [Theory]
    [InlineData("cp936", "gbk")]
    [InlineData("cp950", "big5")]
    [InlineData("utf16le", "utf-16le")]
    public async Task Names_of_other_tools_are_understood(string alias, string encoding) => Assert.Equal(
        "水", (await ReadAsync(Encoding.GetEncoding(encoding).GetBytes("text\n水\n"), new SourceOptions { Encoding = alias })).Single().Document().Text);

    [Theory]
    [InlineData("gb18030", "FF", 0xFF)]
    [InlineData("gb18030", "80", 0x80)]
    [InlineData("gb18030", "81", 0x81)] // half a character, the line end after it
    [InlineData("gb18030", "8130", 0x81)]
    [InlineData("gb18030", "813081", 0x81)]
    [InlineData("gb18030", "E3329A36", 0xE3)] // beyond U+10FFFF
    [InlineData("gbk", "FF", 0xFF)]
    [InlineData("gbk", "81", 0x81)]
    [InlineData("gb2312", "81", 0x81)]
    [InlineData("big5", "80", 0x80)]
    [InlineData("big5", "FF", 0xFF)]
    [InlineData("big5", "81", 0x81)]
    [InlineData("big5", "F9FF", 0xF9)]
    [InlineData("windows-1252", "81", 0x81)]
    [InlineData("us-ascii", "E9", 0xE9)]
    [InlineData("utf-16le", "00D8", 0xD8)] // a surrogate without its other half
    [InlineData("utf-16be", "DC00", 0xDC)]
    public async Task A_byte_that_cannot_be_decoded_costs_its_record_alone_and_is_named(string encoding, string bad, int value)
    {
        var known = Encoding.GetEncoding(encoding);
        byte[] bytes = [.. known.GetBytes("id,text\n1,a\n7,\"x\ny"), .. Convert.FromHexString(bad), .. known.GetBytes("\"\n3,c\n")];

        var records = await ReadAsync(bytes, new SourceOptions { Encoding = encoding });

        Assert.Equal(3, records.Count);
        Assert.Equal(
            new RejectedLine(
                3, RejectCodes.BadEncoding,
                $"line 4, character 2: byte 0x{value:X2} does not exist in the file's encoding; correct it, or --encoding", "7"),
            records[1]);
        Assert.Equal("c", records[2].Document().Text);
    }

    [Fact]
    public async Task Half_a_character_before_a_comma_or_a_line_end_keeps_the_fields_apart()
    {
        var records = await ReadAsync(
            Reading.Concat("text,id\na", new byte[] { 0x81 }, ",1\nb,", new byte[] { 0x81 }, "\nc,3\n"), new SourceOptions { Encoding = "gbk" });

        Assert.Equal([RejectCodes.BadEncoding, RejectCodes.BadEncoding], records.Take(2).Select(record => record.Rejected().Code));
        Assert.Equal("c", records[2].Document().Text);
    }

    [Fact]
    public async Task A_file_that_ends_inside_a_character_loses_its_last_record()
    {
        var records = await ReadAsync(Reading.Concat("text\na\nb", new byte[] { 0xCB }), new SourceOptions { Encoding = "gb18030" });

        Assert.Equal("a", records[0].Document().Text);
        Assert.Equal(RejectCodes.BadEncoding, records[1].Rejected().Code);
    }

    [Fact]
    public async Task A_header_in_the_wrong_encoding_refuses_the_file() => Assert.Equal(
        "The header of tickets.csv cannot be decoded: byte 0xFF does not exist in its encoding. Correct --encoding.",
        await Reading.ErrorAsync(() => ReadAsync(Reading.Concat("id,", new byte[] { 0xFF }, "\n1,a\n"), new SourceOptions { Encoding = "gb18030" })));

    [Fact]
    public async Task Random_gb18030_bytes_never_stop_the_reading_and_give_the_same_in_trickles()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var bytes = new byte[300];
            new Random(seed).NextBytes(bytes);

            await ReadAsync(Reading.Concat("text\n", bytes), new SourceOptions { Encoding = "gb18030", TextPolicy = TextPolicy.Reject });
        }
    }

    private static Task<List<SourceRecord>> ReadAsync(string text, SourceOptions options, SourceFormat format = SourceFormat.Csv) =>
        ReadAsync(Encoding.GetEncoding(options.Encoding!).GetBytes(text), options, format);

    private static async Task<List<SourceRecord>> ReadAsync(byte[] bytes, SourceOptions options, SourceFormat format = SourceFormat.Csv)
    {
        var whole = await ReadAsync(new MemoryInput(() => new MemoryStream(bytes)), options, format);
        Assert.Equal(whole, await ReadAsync(new MemoryInput(() => new TrickleStream(bytes, bytes.Length)), options, format));
        return whole;
    }

    private static async Task<List<SourceRecord>> ReadAsync(ISourceInput input, SourceOptions options, SourceFormat format)
    {
        await using var source = await DocumentSources.OpenAsync(input, options, format, Reading.Token);
        var records = new List<SourceRecord>();
        await foreach (var record in source.ReadAsync(Reading.Token))
        {
            records.Add(record);
        }

        return records;
    }

    private sealed class MemoryInput(Func<Stream> open) : ISourceInput
    {
        public string Name => "tickets.csv";

        public string SourceName => Name;

        public Stream Open() => open();

        public Task<byte[]> FingerprintAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
