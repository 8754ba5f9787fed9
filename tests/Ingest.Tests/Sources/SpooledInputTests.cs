using System.Security.Cryptography;
using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Tests.Sources;

public sealed class SpooledInputTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_read_once_can_be_opened_again_and_again()
    {
        var content = Packed.Lines(50_000);
        await using var input = await CopyAsync(new TrickleStream(content, 1));

        for (var time = 0; time < 2; time++)
        {
            await using var stream = input.Open();
            Assert.Equal(SHA256.HashData(content), await SHA256.HashDataAsync(stream, Token));
        }

        Assert.Equal(SHA256.HashData(content), await input.FingerprintAsync(Token));
        Assert.Equal("stdin", input.SourceName);
    }

    [Fact]
    public async Task Packed_content_is_unpacked()
    {
        var content = Packed.Lines(50);
        await using var input = await CopyAsync(new MemoryStream(Packed.Gzip(content)));

        Assert.Equal(SHA256.HashData(content), await input.FingerprintAsync(Token));
    }

    [Fact]
    public async Task Content_that_is_cut_short_is_refused_before_anything_is_read_from_it() => Assert.Contains(
        "standard input is cut short or damaged",
        await Reading.ErrorAsync(() => CopyAsync(new MemoryStream(Packed.Gzip(Packed.Lines(50))[..^9]))),
        StringComparison.Ordinal);

    [Fact]
    public async Task Progress_tells_the_bytes()
    {
        var last = 0L;
        await using var input = await SpooledInput.CopyAsync("a", "a", new MemoryStream(new byte[700_000]), new Told(bytes => last = bytes), Token);

        Assert.Equal(700_000, last);
    }

    [Fact]
    public async Task The_copy_has_no_name_while_it_is_open()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there a file may lose its name while it is open.");
        await using var input = await CopyAsync(new MemoryStream("a"u8.ToArray()));

        var copies = Directory.GetFiles("/proc/self/fd").Select(fd => new FileInfo(fd).LinkTarget)
            .Where(target => target?.Contains("/pipeline-", StringComparison.Ordinal) == true).ToList();
        Assert.NotEmpty(copies);
        Assert.All(copies, target => Assert.EndsWith("(deleted)", target, StringComparison.Ordinal));
    }

    private static Task<SpooledInput> CopyAsync(Stream content) =>
        SpooledInput.CopyAsync("standard input", "stdin", content, new Told(_ => { }), Token);

    private sealed class Told(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
