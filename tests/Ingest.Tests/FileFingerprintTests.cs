using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Tests;

public sealed class FileFingerprintTests
{
    [Fact]
    public async Task The_fingerprint_is_sha256_of_the_bytes()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "abc", TestContext.Current.CancellationToken);

        var fingerprint = await FileFingerprint.ComputeAsync(path, TestContext.Current.CancellationToken);

        File.Delete(path);
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Convert.ToHexStringLower(fingerprint));
    }

    [Fact]
    public async Task A_missing_file_says_so()
    {
        await Assert.ThrowsAsync<SourceException>(() => FileFingerprint.ComputeAsync("/none.csv", TestContext.Current.CancellationToken));
    }
}
