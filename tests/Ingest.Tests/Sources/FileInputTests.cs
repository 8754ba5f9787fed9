using System.Diagnostics;
using System.Security.Cryptography;
using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Tests.Sources;

public sealed class FileInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("input-tests-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_fingerprint_is_sha256_of_the_bytes() => Assert.Equal(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        Convert.ToHexStringLower(await Input("tickets.csv", "abc"u8.ToArray()).FingerprintAsync(Token)));

    [Fact]
    public async Task A_packed_file_has_the_fingerprint_and_the_source_of_its_content()
    {
        var content = Packed.Lines(5000);
        var plain = Input("tickets.csv", content);

        foreach (var input in (FileInput[])[Input("tickets.csv.gz", Packed.Gzip(content)), Input("tickets.csv.zst", Packed.Zstandard(content))])
        {
            Assert.Equal(await plain.FingerprintAsync(Token), await input.FingerprintAsync(Token));
            Assert.Equal("tickets.csv", input.SourceName);
        }
    }

    [Fact]
    public async Task Packed_data_is_recognised_whatever_the_file_is_called()
    {
        var content = Packed.Lines(10);

        foreach (var packed in (byte[][])[Packed.Gzip(content), Packed.Zstandard(content)])
        {
            Assert.Equal(SHA256.HashData(content), await Input("tickets.csv", packed).FingerprintAsync(Token));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(0.5)]
    public async Task A_packed_file_that_is_cut_short_is_refused_with_the_place(double cut)
    {
        var content = Packed.Lines(100_000);
        foreach (var (name, packed) in ((string, byte[])[])[("gzip", Packed.Gzip(content)), ("Zstandard", Packed.Zstandard(content))])
        {
            var kept = packed.Length - (cut < 1 ? (int)(packed.Length * cut) : (int)cut);
            var input = Input("tickets.csv.pack", packed[..kept]);
            if (cut == 0)
            {
                Assert.Equal(SHA256.HashData(content), await input.FingerprintAsync(Token));
                continue;
            }

            var error = await Reading.ErrorAsync(() => input.FingerprintAsync(Token));

            Assert.Matches($"^tickets\\.csv\\.pack is cut short or damaged: its {name} data cannot be unpacked beyond byte [1-9][0-9]+ of the content\\.", error);
        }
    }

    [Fact]
    public async Task Packed_data_with_a_changed_byte_is_refused()
    {
        foreach (var packed in (byte[][])[Packed.Gzip(Packed.Lines(100_000)), Packed.Zstandard(Packed.Lines(100_000))])
        {
            packed[packed.Length / 2] ^= 0x40;

            Assert.Contains("cut short or damaged", await Reading.ErrorAsync(() => Input("a.csv.gz", packed).FingerprintAsync(Token)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Several_packed_pieces_one_after_the_other_are_one_content()
    {
        byte[] first = [.. Packed.Lines(3)], second = [.. Packed.Lines(7)];

        foreach (var pack in (Func<byte[], byte[]>[])[Packed.Gzip, Packed.Zstandard])
        {
            Assert.Equal(
                SHA256.HashData([.. first, .. second]),
                await Input("a.csv.gz", [.. pack(first), .. pack(second)]).FingerprintAsync(Token));
        }
    }

    [Fact]
    public async Task A_missing_file_says_so() =>
        await Assert.ThrowsAsync<SourceException>(() => new FileInput("/none.csv").FingerprintAsync(Token));

    [Fact]
    public async Task A_pipe_is_sent_to_standard_input()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Named pipes of this kind are a matter of Linux.");
        var pipe = Path.Combine(_folder, "pipe");
        using (var make = Process.Start("mkfifo", pipe))
        {
            await make.WaitForExitAsync(Token);
        }

        // Opening a pipe waits for the other end.
        using var writer = Process.Start("sh", ["-c", "exec 3> \"$0\"", pipe]);
        Assert.Equal(
            $"{pipe} is a pipe; submit its content from standard input: ./pipeline submit - < {pipe}",
            Assert.Throws<SourceException>(() => new FileInput(pipe).Open()).Message);
        await writer.WaitForExitAsync(Token);
    }

    private FileInput Input(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return new FileInput(path);
    }
}
