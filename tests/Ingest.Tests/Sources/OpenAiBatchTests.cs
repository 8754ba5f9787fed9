using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Tests.Sources;

public sealed class OpenAiBatchTests
{
    private const string Good = """
        {"custom_id": "r-1", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "gpt-4o-mini", "messages": [{"role": "system", "content": "概括"}, {"role": "user", "content": "水泵漏水"}], "max_tokens": 50}}
        """;

    [Fact]
    public async Task The_first_object_tells_a_batch_and_the_last_user_message_is_the_text()
    {
        var records = await Reading.JsonAsync(Good + "\n" + """
            {"custom_id":"r-2","method":"POST","url":"/v1/chat/completions","body":{"messages":[{"role":"user","content":"首问"},{"content":"答","role":"assistant"},{"content":"末问","role":"user"},{"role":"assistant","content":"续"}]}}

            {"body":{"messages":[{"role":"user","content":[{"type":"text","text":"甲"},{"text":"乙","type":"text"}]}]},"url":"/v1/chat/completions","method":"POST","custom_id":"r-3"}
            """);

        Assert.Equal(
            [
                new IncomingDocument(1, "r-1", "水泵漏水", null, 0),
                new IncomingDocument(2, "r-2", "末问", null, 0),
                new IncomingDocument(4, "r-3", "甲\n乙", null, 0),
            ],
            records);
    }

    [Theory]
    [InlineData("\"/v1/embeddings\"", "\"POST\"", "POST /v1/embeddings")]
    [InlineData("\"/v1/completions\"", "\"POST\"", "POST /v1/completions")]
    [InlineData("\"/v1/chat/completions\"", "\"GET\"", "GET /v1/chat/completions")]
    [InlineData("null", "null", "no endpoint")]
    public async Task A_line_for_another_endpoint_is_refused_and_the_rest_is_read(string url, string method, string asked)
    {
        var records = await Reading.JsonAsync(
            $"{Good}\n{{\"custom_id\":\"r-2\",\"method\":{method},\"url\":{url},\"body\":{{\"input\":[\"a\"]}}}}\n{Good}");

        Assert.Equal(
            new RejectedLine(
                2, RejectCodes.WrongEndpoint,
                $"the line asks for {asked}; only POST /v1/chat/completions can be summarised. Correct 'method' and 'url', or take the line out.",
                "r-2"),
            records[1]);
        Assert.Equal(2, records.OfType<IncomingDocument>().Count());
    }

    [Theory]
    [InlineData("\"custom_id\":null,", "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}", RejectCodes.MissingId, "the line has no 'custom_id'")]
    [InlineData("\"custom_id\":\"\",", "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}", RejectCodes.MissingId, "the line has no 'custom_id'")]
    [InlineData("\"custom_id\":7,", "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}", RejectCodes.WrongType, "the field 'custom_id' must be a string, not a number")]
    [InlineData("\"custom_id\":\"x\",", "{\"messages\":[{\"role\":\"system\",\"content\":\"a\"}]}", RejectCodes.MissingText, "no message of the role 'user'")]
    [InlineData("\"custom_id\":\"x\",", "{\"messages\":[]}", RejectCodes.MissingText, "no message of the role 'user'")]
    [InlineData("\"custom_id\":\"x\",", "{}", RejectCodes.MissingText, "no message of the role 'user'")]
    [InlineData("\"custom_id\":\"x\",", "[{}]", RejectCodes.WrongType, "the field 'body' must be an object, not an array")]
    [InlineData("\"custom_id\":\"x\",", "{\"messages\":{\"a\":[1]}}", RejectCodes.WrongType, "the field 'body.messages' must be an array, not an object")]
    [InlineData("\"custom_id\":\"x\",", "{\"messages\":[[\"user\"]]}", RejectCodes.WrongType, "the field 'body.messages' must be an array of objects, not an array")]
    [InlineData("\"custom_id\":\"x\",", "{\"messages\":[{\"role\":\"user\",\"content\":{\"a\":1}}]}", RejectCodes.WrongType, "neither a string nor an array of parts")]
    [InlineData("\"custom_id\":\"x\",", "{\"messages\":[{\"role\":\"user\",\"content\":[\"a\"]}]}", RejectCodes.WrongType, "a part of the type ''")]
    [InlineData("\"custom_id\":\"x\",", "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"b\"}}]}]}", RejectCodes.WrongType, "a part of the type 'image_url'")]
    [InlineData("\"custom_id\":\"x\",\"custom_id\":\"y\",", "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}", RejectCodes.BadJson, "the field 'custom_id' twice")]
    [InlineData("\"custom_id\":\"x\",\"body\":{},", "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}", RejectCodes.BadJson, "the field 'body' twice")]
    [InlineData("\"custom_id\":\"x\",", "{\"messages\":[", RejectCodes.BadJson, "not valid JSON")]
    public async Task A_faulty_request_is_refused_with_its_fault(string id, string body, string code, string reason)
    {
        var records = await Reading.JsonAsync(
            $"{Good}\n{{{id}\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{body}}}\n{Good}");

        Assert.Equal(3, records.Count);
        Assert.Equal((2, code), (records[1].Line, records[1].Rejected().Code));
        Assert.Contains(reason, records[1].Rejected().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_before_the_last_one_may_hold_anything()
    {
        var records = await Reading.JsonAsync("""
            {"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"messages":[{"role":"user","content":[{"type":"image_url"}]},{"role":"user","content":"乙"}]}}
            """);

        Assert.Equal("乙", records.Single().Document().Text);
    }

    [Fact]
    public async Task A_lone_surrogate_is_replaced_and_counted_or_refused()
    {
        var line = Good.Replace("水泵漏水", "\\ud800水", StringComparison.Ordinal);

        Assert.Equal(("\uFFFD水", 1), ((await Reading.JsonAsync(line)).Single().Document() is var document) ? (document.Text, document.ReplacedCharacters) : default);
        Assert.Equal(
            "the field 'the last user message' holds the lone surrogate U+D800 at character offset 0",
            (await Reading.JsonAsync(line, new SourceOptions { TextPolicy = TextPolicy.Reject })).Single().Rejected().Reason);
    }

    [Fact]
    public async Task A_named_column_makes_plain_json_lines_of_it() => Assert.Equal(
        "POST", (await Reading.JsonAsync(Good, new SourceOptions { TextColumn = "method" })).Single().Document().Text);

    [Fact]
    public async Task Another_object_with_a_body_is_no_batch() => Assert.Equal(
        "水泵", (await Reading.JsonAsync("{\"custom_id\":1,\"url\":\"a\",\"body\":\"水泵\"}")).Single().Document().Text);
}
