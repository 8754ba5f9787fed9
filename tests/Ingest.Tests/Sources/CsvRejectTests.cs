using System.Text;
using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Tests.Sources;

public sealed class CsvRejectTests
{
    // With this limit a record may have 2 * 16 + 65,536 bytes.
    private static readonly SourceOptions SmallTexts = new() { MaxTextBytes = 16 };

    private const int RecordLimit = 65_568;

    [Theory]
    [InlineData(new byte[] { 0xFF }, 0, 0xFF)]
    [InlineData(new byte[] { 0x41, 0x80 }, 1, 0x80)]
    [InlineData(new byte[] { 0xC0, 0xAF }, 0, 0xC0)] // overlong
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, 0, 0xED)] // surrogate, as CESU-8 writes it
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 }, 0, 0xF4)] // above U+10FFFF
    [InlineData(new byte[] { 0xE6, 0xB0, 0xB4, 0xE6, 0xB0 }, 3, 0xE6)] // cut short
    [InlineData(new byte[] { 0xCB, 0xAE, 0xB9, 0xDC }, 2, 0xB9)] // 水管 in GB18030: its first two bytes happen to be U+02EE
    public async Task Bytes_that_are_not_utf8_are_named_by_line_and_offset_and_the_rest_loads(byte[] bad, int at, int value)
    {
        var records = await Reading.CsvAsync(Reading.Concat("id,text\n1,水\n7,", bad, "\n3,c\n"));

        Assert.Equal(3, records.Count);
        var expected = $"line 3: byte 0x{value:X2} at byte offset {16 + at} of the file is not valid UTF-8";
        Assert.Equal(new RejectedLine(3, RejectCodes.BadEncoding, expected, "7"), records[1]);
        Assert.Equal("c", records[2].Document().Text);
    }

    [Fact]
    public async Task A_bad_byte_inside_a_record_of_several_lines_is_named_by_its_own_line()
    {
        var records = await Reading.CsvAsync(Reading.Concat("\uFEFFid,text\n\"1\",\"a\r\nb\n", new byte[] { 0xFE }, "\"\n2,c"));

        var rejected = records[0].Rejected();
        Assert.Equal(2, rejected.Line);
        Assert.Equal("line 4: byte 0xFE at byte offset 21 of the file is not valid UTF-8", rejected.Reason);
        Assert.Equal("c", records[1].Document().Text);
    }

    [Fact]
    public async Task An_id_that_is_not_utf8_is_left_out_of_the_rejection()
    {
        var records = await Reading.CsvAsync(Reading.Concat("id,text\n", new byte[] { 0xFF }, ",a\n"));

        Assert.Null(records.Single().Rejected().Id);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("1,a,b", 3)]
    [InlineData("1,a,", 3)]
    public async Task A_record_with_another_number_of_fields_is_rejected(string line, int found)
    {
        var records = await Reading.CsvAsync($"id,text\n{line}\n2,b\n");

        Assert.Equal(new RejectedLine(2, RejectCodes.WrongFieldCount, $"expected 2 fields, found {found}"), records[0]);
        Assert.Equal("b", records[1].Document().Text);
    }

    [Fact]
    public async Task A_quote_that_is_open_at_the_end_costs_one_record_and_reading_goes_on_at_the_next_line()
    {
        var records = await Reading.CsvAsync("id,text\n1,a\n2,\"b\n3,c\n4,d\n");

        Assert.Equal(["a", "c", "d"], records.OfType<IncomingDocument>().Select(document => document.Text));
        Assert.Equal(
            new RejectedLine(
                3, RejectCodes.UnclosedQuote, "the quote that opens on line 3 is not closed; reading went on at the next line", "2"),
            records[1]);
    }

    [Fact]
    public async Task The_line_of_the_quote_is_named_when_the_record_starts_earlier()
    {
        var records = await Reading.CsvAsync("id,text,reference\n1,\"a\r\nb\",\"c\r\n2,d,e\r\n");

        Assert.Equal(2, records[0].Line);
        Assert.Contains("opens on line 3", records[0].Rejected().Reason, StringComparison.Ordinal);
        Assert.Equal(new IncomingDocument(4, "2", "d", "e", 0), records[1]);
    }

    [Fact]
    public async Task A_quote_that_is_open_on_the_last_line_ends_the_input()
    {
        var records = await Reading.CsvAsync("id,text\n1,a\n2,\"b");

        Assert.Equal(RejectCodes.UnclosedQuote, records[1].Rejected().Code);
        Assert.Equal(2, records.Count);
    }

    [Theory]
    [InlineData("1,\"say \"hi\" now\"\n2,b\n")]
    [InlineData("1,\"a\"b\n2,b\n")]
    [InlineData("1,\"a\n2,\"b\"\n2,b\n")] // the quote of line 2 was forgotten, line 3 closes it and goes on
    public async Task Text_after_a_closing_quote_costs_one_record(string lines)
    {
        var records = await Reading.CsvAsync($"id,text\n{lines}");

        Assert.Equal(RejectCodes.StrayQuote, records[0].Rejected().Code);
        Assert.Equal("1", records[0].Rejected().Id);
        Assert.Contains("opens on line 2", records[0].Rejected().Reason, StringComparison.Ordinal);
        Assert.All(records[1..], record => Assert.Equal("b", record.Document().Text));
        Assert.Equal(lines.Count(character => character == '\n'), records.Count);
    }

    [Fact]
    public async Task Every_line_with_a_forgotten_quote_is_rejected_alone()
    {
        var lines = string.Concat(Enumerable.Range(0, 5_000).Select(number => $"{number},\"a\n"));

        var records = await Reading.CsvAsync($"id,text\n{lines}");

        Assert.Equal(5_000, records.Count);
        Assert.Equal(Enumerable.Range(2, 5_000).Select(line => (long)line), records.Select(record => record.Line));
        Assert.All(records, record => Assert.IsType<RejectedLine>(record));
    }

    [Fact]
    public async Task A_record_is_accepted_up_to_the_limit_and_rejected_beyond_it()
    {
        foreach (var (extra, lineEnd) in new[] { (0, "\n"), (0, "\r\n"), (1, "\n"), (1, "\r\n"), (2, "\r"), (3, "\r\n"), (4, "\n") })
        {
            foreach (var quote in new[] { "", "\"" })
            {
                var text = new string('x', RecordLimit - 2 - (2 * quote.Length) + extra);

                var records = await Reading.CsvAsync($"id,text\n1,{quote}{text}{quote}{lineEnd}2,b{lineEnd}", SmallTexts);

                Assert.Equal(2, records.Count);
                Assert.Equal(extra == 0, records[0] is IncomingDocument);
                if (extra > 0)
                {
                    Assert.Equal(
                        new RejectedLine(2, RejectCodes.TooLarge, "the record is larger than 65568 bytes", "1"), records[0]);
                }

                Assert.Equal(new IncomingDocument(3, "2", "b", null, 0), records[1]);
            }
        }
    }

    [Fact]
    public async Task A_cell_of_ten_megabytes_is_skipped_and_the_lines_inside_it_are_counted()
    {
        var prose = string.Concat(Enumerable.Repeat("他说 \"\"漏水\"\"\r\n第二行; 没有逗号\r第三行\n\n", 200_000));
        Assert.True(Encoding.UTF8.GetByteCount(prose) > 10_000_000);

        var records = await Reading.CsvAsync($"id,text\r\n1,a\r\n2,\"{prose}\"\r\n3,b\r\n");

        Assert.Equal(new RejectedLine(3, RejectCodes.TooLarge, "the record is larger than 2162688 bytes", "2"), records[1]);
        Assert.Equal(new IncomingDocument(4 + (4 * 200_000), "3", "b", null, 0), records[2]);
    }

    [Fact]
    public async Task A_quote_that_is_open_at_the_limit_was_forgotten_when_the_next_line_looks_like_a_record()
    {
        var rest = string.Concat(Enumerable.Range(0, 10_000).Select(number => $"{number},plain text\n"));

        var records = await Reading.CsvAsync($"id,text\nbad,\"a\n{rest}", SmallTexts);

        Assert.Equal(RejectCodes.UnclosedQuote, records[0].Rejected().Code);
        Assert.Equal(10_000, records.OfType<IncomingDocument>().Count());
        Assert.Equal(3, records[1].Line);
    }

    [Fact]
    public async Task A_record_of_very_many_fields_is_counted_without_keeping_them()
    {
        var records = await Reading.CsvAsync($"id,text\n{new string(',', 60_000)}\n1,a\n", SmallTexts);

        Assert.Equal("expected 2 fields, found 60001", records[0].Rejected().Reason);
        Assert.Equal("a", records[1].Document().Text);
    }
}
