using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Tests.Sources;

public sealed class PeekedSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ingest-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a.csv", "id,text\n", "a.csv holds no document.")]
    [InlineData("a.csv", "", "a.csv is empty; its first line must name the columns.")]
    [InlineData("a.jsonl", "\n\n", "a.jsonl is empty; it must hold one JSON object a line.")]
    public async Task An_input_without_a_document_is_refused(string name, string content, string message) =>
        Assert.Equal(message, await Reading.ErrorAsync(() => OpenAsync(name, content)));

    [Fact]
    public async Task The_first_record_is_not_lost()
    {
        await using var source = await OpenAsync("a.csv", "id,text\n1,a\n2,b\n");

        var ids = new List<string?>();
        await foreach (var record in source.ReadAsync(Reading.Token))
        {
            ids.Add(record.Document().Id);
        }

        Assert.Equal(["1", "2"], ids);
    }

    private async Task<PeekedSource> OpenAsync(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, content, Reading.Token);
        return await PeekedSource.OpenAsync(new FileInput(path), new SourceOptions(), format: null, Reading.Token);
    }
}
