using System.Text;
using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Tests.Sources;

public sealed class SourceColumnsTests
{
    [Theory]
    [InlineData("text", "内容", "工单号", "摘要")]
    [InlineData("诉求内容", "问题描述", "编号", "参考摘要")]
    [InlineData("Description", "x", "TICKET_ID", "Summary")]
    public async Task Well_known_names_are_found_in_their_order(string text, string other, string id, string reference)
    {
        var csv = await Reading.CsvAsync($"{other},{reference},{text},{id}\nno,r,t,i\n");
        var json = await Reading.JsonAsync($"{{\"{other}\":\"no\",\"{reference}\":\"r\",\"{text}\":\"t\",\"{id}\":\"i\"}}");

        Assert.Equal(new IncomingDocument(2, "i", "t", "r", 0), csv.Single());
        Assert.Equal(new IncomingDocument(1, "i", "t", "r", 0), json.Single());
    }

    [Fact]
    public async Task Named_columns_win_over_well_known_ones()
    {
        var options = new SourceOptions { TextColumn = "Summary", IdColumn = "key", ReferenceColumn = "gold" };

        Assert.Equal(
            new IncomingDocument(2, "k", "s", "g", 0), (await Reading.CsvAsync("id,text,summary,key,gold\ni,t,s,k,g\n", options)).Single());
    }

    [Fact]
    public async Task A_candidate_is_taken_from_the_named_column_alone_which_is_then_no_reference()
    {
        var options = new SourceOptions { CandidateColumn = "Summary" };

        var csv = await Reading.CsvAsync("id,text,summary\n1,t,s\n2,t,\n", options);
        var json = await Reading.JsonAsync("{\"id\":\"1\",\"text\":\"t\",\"summary\":\"s\"}\n{\"id\":\"2\",\"text\":\"t\"}", options);

        Assert.Equal([new IncomingDocument(2, "1", "t", null, 0) { Candidate = "s" }, new IncomingDocument(3, "2", "t", null, 0) { Candidate = "" }], csv);
        Assert.Equal([new IncomingDocument(1, "1", "t", null, 0) { Candidate = "s" }, new IncomingDocument(2, "2", "t", null, 0) { Candidate = "" }], json);
        Assert.Null((await Reading.CsvAsync("id,text,candidate\n1,t,s\n")).Single().Document().Candidate);
    }

    [Fact]
    public async Task A_category_is_taken_from_the_named_column_alone_and_may_be_a_number()
    {
        var options = new SourceOptions { CategoryColumn = "Kind" };

        var csv = await Reading.CsvAsync("id,text,kind,other\n1,t,网络,o\n2,t,,o\n", options);
        var json = await Reading.JsonAsync("{\"text\":\"t\",\"kind\":\"网络\"}\n{\"text\":\"t\",\"kind\":7}\n{\"text\":\"t\"}\n{\"text\":\"t\",\"kind\":[]}", options);

        Assert.Equal(["网络", ""], csv.Select(record => record.Document().Category));
        Assert.Equal(["网络", "7", null], json.Take(3).Select(record => record.Document().Category));
        Assert.Equal(RejectCodes.WrongType, json[3].Rejected().Code);
        Assert.Null((await Reading.CsvAsync("id,text,category\n1,t,s\n")).Single().Document().Category);
    }

    [Fact]
    public async Task A_column_that_holds_the_text_is_not_taken_for_the_reference_too()
    {
        var records = await Reading.CsvAsync("id,text,summary\n1,t,s\n", new() { TextColumn = "summary" });

        Assert.Null(records.Single().Document().Reference);
    }

    [Theory]
    [InlineData("--text-column")]
    [InlineData("--id-column")]
    [InlineData("--reference-column")]
    public async Task A_named_column_that_is_not_there_stops_the_reading(string option)
    {
        var options = option switch
        {
            "--text-column" => new SourceOptions { TextColumn = "gone" },
            "--id-column" => new SourceOptions { IdColumn = "gone" },
            _ => new SourceOptions { ReferenceColumn = "gone" },
        };

        Assert.Equal(
            $"tickets.csv has no column 'gone'; the columns are: id, text. Correct {option}.",
            await Reading.ErrorAsync(() => Reading.CsvAsync("id,text\n1,a\n", options)));
        Assert.Equal(
            $"tickets.jsonl has no column 'gone'; the columns are: id, text. Correct {option}.",
            await Reading.ErrorAsync(() => Reading.JsonAsync("{\"id\":1,\"text\":\"a\"}", options)));
    }

    [Fact]
    public async Task An_input_without_a_column_for_the_text_stops_the_reading()
    {
        const string Known = "text, content, body, description, 内容, 正文, 工单内容, 诉求内容, 问题描述, 工单描述, 投诉内容, 描述";

        Assert.Equal(
            $"tickets.csv has no column that is known to hold the text ({Known}); the columns are: a, b. Name one with --text-column.",
            await Reading.ErrorAsync(() => Reading.CsvAsync("a,b\n1,2\n")));
        Assert.EndsWith(
            "the columns are: none. Name one with --text-column.",
            await Reading.ErrorAsync(() => Reading.JsonAsync("{}\n")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_columns_of_a_file_without_a_header_are_shown_in_part()
    {
        var header = string.Join(',', Enumerable.Range(0, 30).Select(number => $"{number}{new string('x', 100)}"));

        var message = await Reading.ErrorAsync(() => Reading.CsvAsync(header));

        Assert.EndsWith($"19{new string('x', 38)}... and 10 more. Name one with --text-column.", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_name_that_appears_twice_stops_the_reading()
    {
        Assert.Equal(
            "The header of tickets.csv names the column 'Text' twice; rename one of the two.",
            await Reading.ErrorAsync(() => Reading.CsvAsync("text,id,Text\n")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("\r\n  \n\n")]
    public async Task An_empty_input_says_so(string input)
    {
        Assert.Equal(
            "tickets.csv is empty; its first line must name the columns.", await Reading.ErrorAsync(() => Reading.CsvAsync(input)));
        Assert.Equal(
            "tickets.jsonl is empty; it must hold one JSON object a line.", await Reading.ErrorAsync(() => Reading.JsonAsync(input)));
    }

    [Fact]
    public async Task A_header_that_cannot_be_read_stops_the_reading()
    {
        Assert.Contains(
            "byte 0xC4 at byte offset 3. If the file is GB18030",
            await Reading.ErrorAsync(() => Reading.CsvAsync(Reading.Concat("id,", new byte[] { 0xC4, 0xDA }, "\n1,a\n"))),
            StringComparison.Ordinal);
        Assert.Contains(
            "a quote on line 1", await Reading.ErrorAsync(() => Reading.CsvAsync("id,\"text\n1,a\n")), StringComparison.Ordinal);
        Assert.Contains(
            "larger than 65568 bytes",
            await Reading.ErrorAsync(() => Reading.CsvAsync(new string('x', 70_000), new() { MaxTextBytes = 16 })),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('"')]
    [InlineData('\n')]
    [InlineData('，')]
    public async Task A_delimiter_that_cannot_be_used_is_refused(char delimiter)
    {
        var message = await Reading.ErrorAsync(() => Reading.CsvAsync("id,text\n", new() { Delimiter = delimiter }));

        Assert.Contains("--delimiter", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" [{\"text\":\"a\"}]", "it is a JSON array")]
    [InlineData("{\n\"text\":\"a\"\n}\n", "none of the 3 lines from line 1 on is a JSON object")]
    [InlineData("id,text\n1,a\n", "none of the 2 lines from line 1 on is a JSON object")]
    public async Task An_input_that_is_not_json_lines_stops_the_reading(string input, string reason)
    {
        Assert.Contains(reason, await Reading.ErrorAsync(() => Reading.JsonAsync(input)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stray_line_at_the_top_of_json_lines_does_not_decide_for_the_rest()
    {
        var records = await Reading.JsonAsync("oops\n{\"header\":1}\n{\"content\":\"a\",\"number\":5}\n{\"text\":\"b\"}\n");

        Assert.Equal([RejectCodes.BadJson, RejectCodes.MissingText], records[..2].Select(record => record.Rejected().Code));
        Assert.Equal(new IncomingDocument(3, "5", "a", null, 0), records[2]);
        Assert.Equal(RejectCodes.MissingText, records[3].Rejected().Code);
    }

    [Fact]
    public async Task A_named_field_of_json_lines_may_be_missing_from_the_first_line()
    {
        var records = await Reading.JsonAsync(
            "{\"text\":\"a\"}\n{\"text\":\"b\",\"gold\":\"g\"}\n", new() { ReferenceColumn = "gold" });

        Assert.Equal([null, "g"], records.Select(record => record.Document().Reference));
    }

    [Fact]
    public async Task The_fields_of_json_lines_are_looked_for_in_the_first_256_kibibytes_only()
    {
        var lines = new StringBuilder();
        while (lines.Length < 256 * 1024)
        {
            lines.Append("{\"text\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}\n");
        }

        lines.Append("{\"text\":\"b\",\"gold\":\"g\"}\n");

        await Reading.ErrorAsync(() => Reading.JsonAsync(lines.ToString(), new() { ReferenceColumn = "gold" }));
    }
}
