using System.Runtime.Versioning;
using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Tests.Sources;

public sealed class DocumentSourcesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ingest-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a.csv", "id,text\n1,a\n", null)]
    [InlineData("a.CSV", "id;text\n1;a\n", null)]
    [InlineData("a.tsv", "id\ttext\n1\ta\n", null)]
    [InlineData("a.jsonl", "{\"id\":\"1\",\"text\":\"a\"}\n", null)]
    [InlineData("a.ndjson", "{\"id\":\"1\",\"text\":\"a\"}\n", null)]
    [InlineData("a.json", "{\"id\":\"1\",\"text\":\"a\"}\n", null)]
    [InlineData("a", "\uFEFF\n {\"id\":\"1\",\"text\":\"a\"}\n", null)]
    [InlineData("a.txt", "id,text\n1,a\n", "csv")]
    [InlineData("a.csv", "{\"id\":\"1\",\"text\":\"a\"}\n", "jsonl")]
    public async Task The_extension_or_the_given_format_decides(string name, string content, string? format)
    {
        await using var source = await OpenAsync(Write(name, content), format is null ? null : DocumentSources.ParseFormat(format));

        var documents = new List<SourceRecord>();
        await foreach (var record in source.ReadAsync(TestContext.Current.CancellationToken))
        {
            documents.Add(record);
        }

        Assert.Equal(("1", "a"), (documents.Single().Document().Id, documents.Single().Document().Text));
    }

    [Theory]
    [InlineData("a.txt", "a.txt has an unknown extension; say what it is with --format (csv, tsv, jsonl, openai, parquet, lcsts).")]
    [InlineData("a", "a has no extension; say what it is with --format (csv, tsv, jsonl, openai, parquet, lcsts).")]
    [InlineData("a.txt.gz", "a.txt.gz has an unknown extension; say what it is with --format (csv, tsv, jsonl, openai, parquet, lcsts).")]
    public async Task An_unknown_extension_asks_for_the_format(string name, string message) =>
        Assert.Equal(message, await ErrorAsync(Write(name, "id,text\n")));

    [Fact]
    public void An_unknown_format_is_named()
    {
        Assert.Equal(
            "There is no format 'xlsx'; --format takes one of csv, tsv, jsonl, openai, parquet, lcsts.",
            Assert.Throws<SourceException>(() => DocumentSources.ParseFormat("xlsx")).Message);
    }

    [Theory]
    [InlineData("504B0304", "a ZIP archive or an Excel workbook")]
    [InlineData("FD377A585A00", "xz data")]
    [InlineData("425A683931415926", "bzip2 data")]
    [InlineData("D0CF11E0A1B1", "an old Excel or Office file")]
    public async Task A_file_that_is_not_text_is_recognised_by_its_first_bytes(string head, string looksLike)
    {
        byte[] bytes = Convert.FromHexString(head);
        var path = Path.Combine(_folder, "a.xlsx");
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        Assert.StartsWith($"a.xlsx looks like {looksLike}, not text; ", await ErrorAsync(path), StringComparison.Ordinal);
        Assert.Contains(looksLike, await Reading.ErrorAsync(() => Reading.CsvAsync(bytes)), StringComparison.Ordinal);
        Assert.Contains(looksLike, await Reading.ErrorAsync(() => Reading.JsonAsync(bytes)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_says_why()
    {
        var missing = Path.Combine(_folder, "none.csv");

        Assert.Equal($"There is no file {missing}; check the path.", await ErrorAsync(missing));
        Assert.Equal($"{_folder} is a directory; name a file.", await ErrorAsync(_folder));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_file_without_permission_says_so()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "This user may read every file.");
        var path = Write("a.csv", "id,text\n");
        File.SetUnixFileMode(path, UnixFileMode.None);

        Assert.Equal($"{path} may not be read by this user; change its permissions (chmod +r).", await ErrorAsync(path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task A_limit_out_of_range_is_refused(int maxTextBytes)
    {
        var path = Write("a.csv", "id,text\n");

        var error = await Reading.ErrorAsync(() => OpenAsync(path, options: new SourceOptions { MaxTextBytes = maxTextBytes }));

        Assert.StartsWith($"MaxTextBytes is {maxTextBytes};", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_format_decides_whether_objects_are_requests()
    {
        var path = Write("a.jsonl", "{\"custom_id\":\"1\",\"method\":\"x\",\"url\":\"y\",\"body\":\"text\"}\n");

        Assert.Equal(RejectCodes.WrongEndpoint, (await FirstAsync(path, null)).Rejected().Code);
        Assert.Equal(RejectCodes.WrongEndpoint, (await FirstAsync(path, "openai-batch")).Rejected().Code);
        Assert.Equal("text", (await FirstAsync(path, "jsonl")).Document().Text);
        Assert.Equal(
            "An OpenAI batch has no columns; leave out 'body', or name the format jsonl.",
            await Reading.ErrorAsync(() => OpenAsync(path, SourceFormat.OpenAiBatch, new SourceOptions { TextColumn = "body" })));
    }

    [Fact]
    public async Task Places_in_packed_content_are_those_of_the_unpacked_file()
    {
        var path = Write("a.jsonl.gz", "");
        await File.WriteAllBytesAsync(path, Packed.Gzip("{\"text\":\"a\"}\n{\"text\":\n"u8.ToArray()), TestContext.Current.CancellationToken);
        await using var source = await OpenAsync(path);
        var records = new List<SourceRecord>();
        await foreach (var record in source.ReadAsync(TestContext.Current.CancellationToken))
        {
            records.Add(record);
        }

        Assert.Equal("the line is not valid JSON at byte offset 21 of the unpacked file", records[1].Rejected().Reason);
    }

    [Fact]
    public async Task An_unknown_encoding_is_named_with_some_that_there_are() =>
        Assert.StartsWith(
            "There is no encoding 'klingon'; --encoding takes utf-8, gb18030, ",
            await Reading.ErrorAsync(() => OpenAsync(Write("a.csv", "id,text\n"), options: new SourceOptions { Encoding = "klingon" })),
            StringComparison.Ordinal);

    private static async Task<SourceRecord> FirstAsync(string path, string? format)
    {
        await using var source = await OpenAsync(path, format is null ? null : DocumentSources.ParseFormat(format));
        await using var records = source.ReadAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await records.MoveNextAsync());
        return records.Current;
    }

    private static Task<IDocumentSource> OpenAsync(string path, SourceFormat? format = null, SourceOptions? options = null) =>
        DocumentSources.OpenAsync(new FileInput(path), options ?? new SourceOptions(), format, TestContext.Current.CancellationToken);

    private static Task<string> ErrorAsync(string path) => Reading.ErrorAsync(() => OpenAsync(path));

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
