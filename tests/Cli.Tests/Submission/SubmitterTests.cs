using System.Globalization;
using System.IO.Compression;
using System.Text;
using Pipeline.Cli.Output;
using Pipeline.Cli.Submission;
using Pipeline.Ingest;
using Pipeline.Ingest.Sources;
using Pipeline.ServiceDefaults;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Submission;

public sealed class SubmitterTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IDisposable
{
    private const int Lines = 12_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("submitter-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder, "tickets.csv.gz");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_input_that_breaks_while_it_is_loaded_leaves_a_batch_that_the_same_content_completes()
    {
        _ = TestServers.Postgres;
        await WriteAsync();
        var torn = File + ".torn";
        var packed = await System.IO.File.ReadAllBytesAsync(File, Token);
        await System.IO.File.WriteAllBytesAsync(torn, packed[..(packed.Length / 2)], Token);

        var error = (await Assert.ThrowsAsync<SourceException>(
            () => SubmitAsync(new BreakingInput(new FileInput(File), new FileInput(torn))))).Message;
        var part = await database.ScalarAsync<long>("select count(*) from pipeline.batch_items");
        var whole = await SubmitAsync(new FileInput(File));

        Assert.Matches(
            @"^tickets\.csv\.gz\.torn is cut short or damaged: .* The input has changed while it was loaded: batch 1 'tickets\.csv' is incomplete\. "
            + "Submitting the same input again completes it.$", error);
        Assert.InRange(part, 2000, Lines - 1);
        Assert.Equal((1, Lines, false), (whole.Batch, whole.Accepted, whole.Resubmitted));
        Assert.True((await SubmitAsync(new FileInput(File))).Resubmitted);
    }

    private async Task<SubmitResult> SubmitAsync(ISourceInput content)
    {
        await using var installation = new Installation(
            new PipelineSettings { Postgres = database.ConnectionString, RabbitMq = "amqp://nobody:nothing@127.0.0.1:1/" });
        await using var input = new SubmitInput(content, new SourceOptions(), Format: SourceFormat.Csv, File + RejectsFile.Suffix);
        var request = new SubmitRequest(input, Batch: null, SourceName: "tickets.csv", Tenant: "default", ["extractive"], "hashing");
        return await new Submitter(installation, TimeProvider.System).SubmitAsync(request, new Reporter<LoadProgress>(_ => { }), Token);
    }

    private async Task WriteAsync()
    {
        var random = new Random(1);
        await using var packer = new GZipStream(System.IO.File.Create(File), CompressionLevel.Fastest);
        await using var writer = new StreamWriter(packer, Encoding.UTF8);
        await writer.WriteLineAsync("id,text");
        for (var line = 1; line <= Lines; line++)
        {
            await writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{line},水泵 {random.Next()} 漏水"));
        }
    }

    // Whole when its fingerprint is taken, cut short when it is read.
    private sealed class BreakingInput(FileInput whole, FileInput torn) : ISourceInput
    {
        public string Name => whole.Name;

        public string SourceName => whole.SourceName;

        public Stream Open() => torn.Open();

        public Task<byte[]> FingerprintAsync(CancellationToken cancellationToken) => whole.FingerprintAsync(cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
