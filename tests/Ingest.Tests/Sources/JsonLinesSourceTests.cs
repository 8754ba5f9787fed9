using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Tests.Sources;

public sealed class JsonLinesSourceTests
{
    private const string Good = "{\"id\":\"0\",\"text\":\"good\"}\n";

    [Theory]
    [InlineData("{\"id\":\"1\",\"text\":\"a\"}", "1", "a")]
    [InlineData("{\"text\":\"a\",\"id\":17}", "17", "a")]
    [InlineData("{\"text\":\"a\",\"id\":-1.50e3}", "-1.50e3", "a")]
    [InlineData("{\"text\":\"a\",\"id\":null}", null, "a")]
    [InlineData("{\"text\":\"a\"}", null, "a")]
    [InlineData("{\"TEXT\":\"a\",\"Id\":\"1\"}", "1", "a")]
    [InlineData("{\"te\\u0078t\":\"a\"}", null, "a")]
    [InlineData("  {\"text\":\"a\"}\t\r", null, "a")]
    [InlineData("{\"meta\":{\"text\":\"b\",\"id\":[1]},\"text\":\"a\"}", null, "a")]
    [InlineData("{\"text\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u6c34水\\ud83d\\ude00\"}", null, "\"\\/\b\f\n\r\t水水😀")]
    [InlineData("{\"text\":\"\"}", null, "")]
    public async Task Objects_are_read(string line, string? id, string text)
    {
        var records = await Reading.JsonAsync($"{Good}{line}\n");

        Assert.Equal(new IncomingDocument(2, id, text, null, 0), records[1]);
    }

    [Theory]
    [InlineData("[1]", RejectCodes.BadJson, "the line is not a JSON object but an array")]
    [InlineData("\"a\"", RejectCodes.BadJson, "the line is not a JSON object but a string")]
    [InlineData("null", RejectCodes.BadJson, "the line is not a JSON object but null")]
    [InlineData("{\"text\":\"a\"", RejectCodes.BadJson, "the line is not valid JSON at byte offset 36 of the file")]
    [InlineData("{\"text\":\"a\",}", RejectCodes.BadJson, "the line is not valid JSON at byte offset 37 of the file")]
    [InlineData("{\"text\":\"a\"} {}", RejectCodes.BadJson, "the line is not valid JSON at byte offset 38 of the file")]
    [InlineData("{\"text\":\"\\u12G4\"}", RejectCodes.BadJson, "the line is not valid JSON at byte offset 38 of the file")]
    [InlineData("{\"text\":\"a\tb\"}", RejectCodes.BadJson, "the line is not valid JSON at byte offset 35 of the file")]
    [InlineData("{\"text\":\"a\",\"text\":\"b\"}", RejectCodes.BadJson, "the object has the field 'text' twice")]
    [InlineData("{\"text\":1}", RejectCodes.WrongType, "the field 'text' must be a string, not a number")]
    [InlineData("{\"text\":{\"a\":1}}", RejectCodes.WrongType, "the field 'text' must be a string, not an object")]
    [InlineData("{\"text\":\"a\",\"id\":true}", RejectCodes.WrongType, "the field 'id' must be a string or a number, not a boolean")]
    [InlineData("{}", RejectCodes.MissingText, "the object has no text in the field 'text'")]
    [InlineData("{\"text\":null}", RejectCodes.MissingText, "the object has no text in the field 'text'")]
    public async Task What_is_not_a_document_is_rejected_and_the_rest_loads(string line, string code, string reason)
    {
        var records = await Reading.JsonAsync($"{Good}{line}\n{Good}");

        Assert.Equal(new RejectedLine(2, code, reason), records[1]);
        Assert.Equal(3, records[2].Document().Line);
    }

    [Fact]
    public async Task The_id_is_told_with_a_rejection_wherever_it_stands()
    {
        var records = await Reading.JsonAsync($"{Good}{{\"text\":1,\"id\":\"x\"}}\n");

        Assert.Equal("x", records[1].Rejected().Id);
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_named_by_line_and_offset()
    {
        var records = await Reading.JsonAsync(Reading.Concat(Good, "{\"text\":\"水", new byte[] { 0xE6, 0xB0 }, "\"}\n", Good));

        Assert.Equal(
            new RejectedLine(2, RejectCodes.BadEncoding, "line 2: byte 0xE6 at byte offset 37 of the file is not valid UTF-8"), records[1]);
        Assert.Equal("good", records[2].Document().Text);
    }

    [Theory]
    [InlineData("\\u0000", "\uFFFD", 1)]
    [InlineData("\\ud800", "\uFFFD", 1)]
    [InlineData("\\udc00\\ud800", "\uFFFD\uFFFD", 2)]
    [InlineData("\\ud83d\\ud83d\\ude00\\ude00", "\uFFFD😀\uFFFD", 2)]
    [InlineData("\\ud83d😀", "\uFFFD😀", 1)]
    [InlineData("\uFFFD", "\uFFFD", 0)]
    [InlineData("\\ufffd", "\uFFFD", 0)]
    public async Task Characters_that_cannot_be_stored_are_replaced_and_counted(string escaped, string text, int replaced)
    {
        var records = await Reading.JsonAsync($"{{\"text\":\"{escaped}\"}}\n");

        Assert.Equal(new IncomingDocument(1, null, text, null, replaced), records.Single());
    }

    [Theory]
    [InlineData("\\u0000", "NUL")]
    [InlineData("\\ud800", "the lone surrogate U+D800")]
    [InlineData("\\udfff", "the lone surrogate U+DFFF")]
    public async Task Characters_that_cannot_be_stored_are_rejected_when_the_policy_says_so(string escaped, string kind)
    {
        var records = await Reading.JsonAsync(
            $"{{\"id\":7,\"text\":\"水a{escaped}\"}}\n{{\"text\":\"a\",\"reference\":\"{escaped}\"}}",
            new() { TextPolicy = TextPolicy.Reject });

        Assert.Equal(
            new RejectedLine(1, RejectCodes.BadCharacter, $"the field 'text' holds {kind} at character offset 2", "7"), records[0]);
        Assert.Equal(
            new RejectedLine(2, RejectCodes.BadCharacter, $"the field 'reference' holds {kind} at character offset 0"), records[1]);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(100_000, false)]
    public async Task Nesting_is_bounded(int depth, bool accepted)
    {
        var nested = $"{{\"x\":{new string('[', depth - 1)}{new string(']', depth - 1)},\"text\":\"a\"}}";

        var records = await Reading.JsonAsync($"{Good}{nested}\n");

        Assert.Equal(accepted, records[1] is IncomingDocument);
        if (!accepted)
        {
            Assert.Equal(new RejectedLine(2, RejectCodes.BadJson, "the JSON is nested deeper than 64 levels"), records[1]);
        }
    }

    [Fact]
    public async Task A_line_is_accepted_up_to_the_limit_and_rejected_beyond_it()
    {
        foreach (var extra in new[] { 0, 1, 5_000_000 })
        {
            var line = $"{{\"text\":\"{new string('x', 65_568 - 11 + extra)}\"}}";

            var records = await Reading.JsonAsync($"{line}\n\n{Good}{line}", new() { MaxTextBytes = 16 });

            Assert.Equal([1, 3, 4], records.Select(record => record.Line));
            Assert.Equal(extra == 0, records[0] is IncomingDocument);
            Assert.Equal(extra == 0, records[2] is IncomingDocument);
            Assert.Equal("good", records[1].Document().Text);
            if (extra > 0)
            {
                Assert.Equal(new RejectedLine(1, RejectCodes.TooLarge, "the line is larger than 65568 bytes"), records[0]);
            }
        }
    }

    [Fact]
    public async Task Blank_lines_and_a_byte_order_mark_are_not_records()
    {
        var records = await Reading.JsonAsync($"\uFEFF\n  \r\n{Good}\n");

        Assert.Equal(3, records.Single().Line);
    }
}
