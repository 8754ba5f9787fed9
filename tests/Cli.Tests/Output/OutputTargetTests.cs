using Pipeline.Cli.Output;

namespace Pipeline.Cli.Tests.Output;

public sealed class OutputTargetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("output-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_link_stays_a_link_and_what_it_leads_to_is_replaced(bool isWhole)
    {
        var (file, link) = (Path.Combine(_folder, "file"), Path.Combine(_folder, "link"));
        File.WriteAllText(file, "old");
        File.CreateSymbolicLink(link, "file");

        // From wherever the tests run.
        using (var target = OutputTarget.Open(isWhole ? link : Path.GetRelativePath(Directory.GetCurrentDirectory(), link)))
        {
            target.Stream.Write("new"u8);
            Assert.Equal("old", File.ReadAllText(file));
            target.Commit();
        }

        Assert.Equal("new", File.ReadAllText(file));
        Assert.Equal("file", new FileInfo(link).LinkTarget);
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void A_file_in_a_folder_that_is_not_there_is_refused_by_its_own_name()
    {
        var file = Path.Combine(_folder, "none", "file");

        var refusal = Assert.Throws<DirectoryNotFoundException>(() => OutputTarget.Open(file));

        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", refusal.Message, StringComparison.Ordinal);
    }
}
