using System.Text;
using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Tests.Sources;

/// <summary>Reads an input as one piece and in trickles, and insists that both give the same.</summary>
internal static class Reading
{
    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task<List<SourceRecord>> CsvAsync(string input, SourceOptions? options = null) =>
        CsvAsync(Encoding.UTF8.GetBytes(input), options);

    public static Task<List<SourceRecord>> CsvAsync(byte[] input, SourceOptions? options = null) =>
        BothAsync(input, stream => new CsvSource(stream, options ?? new SourceOptions(), "tickets.csv"));

    public static Task<List<SourceRecord>> JsonAsync(string input, SourceOptions? options = null) =>
        JsonAsync(Encoding.UTF8.GetBytes(input), options);

    public static Task<List<SourceRecord>> JsonAsync(byte[] input, SourceOptions? options = null) =>
        BothAsync(input, stream => new JsonLinesSource(stream, options ?? new SourceOptions(), "tickets.jsonl"));

    public static Task<List<SourceRecord>> LcstsAsync(string input, SourceOptions? options = null) =>
        BothAsync(Encoding.UTF8.GetBytes(input), stream => new LcstsSource(stream, options ?? new SourceOptions(), "PART_III.txt"));

    public static IncomingDocument Document(this SourceRecord record) => Assert.IsType<IncomingDocument>(record);

    public static RejectedLine Rejected(this SourceRecord record) => Assert.IsType<RejectedLine>(record);

    public static async Task<string> ErrorAsync(Func<Task> read) => (await Assert.ThrowsAsync<SourceException>(read)).Message;

    public static byte[] Concat(params object[] parts) =>
        [.. parts.SelectMany(part => part is string text ? Encoding.UTF8.GetBytes(text) : (byte[])part)];

    private static async Task<List<SourceRecord>> BothAsync(byte[] input, Func<Stream, IDocumentSource> open)
    {
        var whole = await AllAsync(open(new MemoryStream(input)), input.Length);
        var seed = input.Length;
        Assert.Equal(whole, await AllAsync(open(new TrickleStream(input, seed)), input.Length));
        Assert.Equal(whole.Count, whole.Select(record => record.Line).Distinct().Count());
        return whole;
    }

    private static async Task<List<SourceRecord>> AllAsync(IDocumentSource source, long length)
    {
        await using (source)
        {
            var records = new List<SourceRecord>();
            await foreach (var record in source.ReadAsync(Token))
            {
                records.Add(record);
            }

            Assert.Equal(length, source.BytesRead);
            return records;
        }
    }
}
