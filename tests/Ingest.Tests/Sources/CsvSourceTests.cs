using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Tests.Sources;

public sealed class CsvSourceTests
{
    [Theory]
    [InlineData("id,text\n1,a\n", "1|a")]
    [InlineData("id,text\n1,a", "1|a")]
    [InlineData("id,text\r\n1,a\r\n2,b\r\n", "1|a", "2|b")]
    [InlineData("id,text\r1,a\r2,b\r", "1|a", "2|b")]
    [InlineData("id,text\r1,a\r2,b", "1|a", "2|b")]
    [InlineData("id,text\n\"1\",\"a\"\n", "1|a")]
    [InlineData("id,text\n1,\"a,b\"\n", "1|a,b")]
    [InlineData("id,text\n1,\"a\nb\"\n2,c\n", "1|a\nb", "2|c")]
    [InlineData("id,text\n1,\"a\r\nb\"\r\n", "1|a\r\nb")]
    [InlineData("id,text\n1,\"say \"\"hi\"\"\"\n", "1|say \"hi\"")]
    [InlineData("id,text\n1,\"\"\"\"\n", "1|\"")]
    [InlineData("id,text\n1,\"\"\n", "1|")]
    [InlineData("id,text\n1,\n", "1|")]
    [InlineData("id,text\n1,", "1|")]
    [InlineData("id,text\n,a\n", "|a")]
    [InlineData("id,text\n1,5\" 管\n", "1|5\" 管")]
    [InlineData("id,text\n1, \"a\"\n", "1| \"a\"")]
    [InlineData("id,text\n1,\"a\"", "1|a")]
    [InlineData("id;text\n1;a,b\n", "1|a,b")]
    [InlineData("id\ttext\n1\ta;b\n", "1|a;b")]
    [InlineData("\"a,b,c\";id;text\n0;1;x\n", "1|x")]
    [InlineData("text,id\na,1\n", "1|a")]
    [InlineData("\uFEFFid,text\n1,\uFEFFa\n", "1|\uFEFFa")]
    [InlineData("\n\r\n  \nid,text\n\n1,a\n   \n\r\n2,b\n\n", "1|a", "2|b")]
    [InlineData("id,text,,\n1,a,,\n", "1|a")]
    [InlineData("编号,工单内容\n1,水管漏水\n", "1|水管漏水")]
    [InlineData("ID,Content\n1,a\n", "1|a")]
    public async Task Records_of_rfc_4180_are_read(string input, params string[] expected)
    {
        var records = await Reading.CsvAsync(input);

        Assert.Equal(expected, records.Select(record => $"{record.Document().Id}|{record.Document().Text}"));
    }

    [Fact]
    public async Task A_line_number_is_the_physical_line_on_which_the_record_starts()
    {
        var records = await Reading.CsvAsync(
            "id,\"te\nxt\"\n\n1,\"a\r\nb\rc\nd\"\r\n\r\n2,e\r3,\"f\r\r\ng\"\n4,h", new() { TextColumn = "te\nxt" });

        Assert.Equal([4, 9, 10, 13], records.Select(record => record.Line));
    }

    [Fact]
    public async Task A_header_without_records_is_no_documents()
    {
        Assert.Empty(await Reading.CsvAsync("id,text"));
    }

    [Fact]
    public async Task A_given_delimiter_overrides_the_detected_one()
    {
        var records = await Reading.CsvAsync("id|text,more\n1|a\n", new() { Delimiter = '|', TextColumn = "text,more" });

        Assert.Equal("a", records.Single().Document().Text);
    }

    [Fact]
    public async Task The_reference_is_read_and_a_replacement_character_of_the_input_is_kept_and_not_counted()
    {
        var records = await Reading.CsvAsync("id,text,参考摘要\n1,a\uFFFDb,short\n");

        Assert.Equal(new IncomingDocument(2, "1", "a\uFFFDb", "short", 0), records.Single());
    }

    [Fact]
    public async Task Unusual_characters_come_back_as_they_went_in()
    {
        const string Text = "m² \u202Ertl\u202C zero\u200Bwidth 👨‍👩‍👧 \U00020000 e\u0301 \uE000 \uFFFE";

        Assert.Equal(Text, (await Reading.CsvAsync($"id,text\n1,{Text}\n")).Single().Document().Text);
    }

    [Fact]
    public async Task NUL_is_replaced_and_counted_in_every_field()
    {
        var records = await Reading.CsvAsync("id,text,reference\n1\0,\0a\0,b\0\n");

        Assert.Equal(new IncomingDocument(2, "1\uFFFD", "\uFFFDa\uFFFD", "b\uFFFD", 4), records.Single());
    }

    [Fact]
    public async Task NUL_is_rejected_with_field_and_offset_when_the_policy_says_so()
    {
        var records = await Reading.CsvAsync("id,text\n1,ab\0c\n2\0,d\n3,e\n", new() { TextPolicy = TextPolicy.Reject });

        Assert.Equal(new RejectedLine(2, RejectCodes.BadCharacter, "the field 'text' holds NUL at character offset 2", "1"), records[0]);
        Assert.Equal(
            new RejectedLine(3, RejectCodes.BadCharacter, "the field 'id' holds NUL at character offset 1", "2\uFFFD"), records[1]);
        Assert.Equal("e", records[2].Document().Text);
    }
}
