using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Tests;

public sealed class RejectsFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rejects-tests-").FullName;

    private string Target => Path.Combine(_folder, "tickets.csv" + RejectsFile.Suffix);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Rejections_are_written_as_json_lines_and_appear_at_the_end()
    {
        await using var file = new RejectsFile(Target);
        await file.AddAsync(new RejectedLine(2, RejectCodes.Empty, "the text is empty", "工单\"1\""), Token);
        await file.AddAsync(new RejectedLine(9, RejectCodes.BadJson, "why"), Token);
        Assert.False(File.Exists(Target));

        await file.CompleteAsync(Token);

        Assert.Equal(2, file.Count);
        Assert.Equal(
            "{\"line\":2,\"id\":\"工单\\\"1\\\"\",\"code\":\"empty\",\"reason\":\"the text is empty\"}\n"
            + "{\"line\":9,\"code\":\"bad-json\",\"reason\":\"why\"}\n",
            await File.ReadAllTextAsync(Target, Token));
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Without_a_rejection_there_is_no_file_and_one_of_an_earlier_run_goes_away()
    {
        await File.WriteAllTextAsync(Target, "old", Token);

        await using var file = new RejectsFile(Target);
        await file.CompleteAsync(Token);

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_file_of_another_name_is_not_ours_to_remove()
    {
        var notes = Path.Combine(_folder, "notes.txt");
        await File.WriteAllTextAsync(notes, "keep", Token);

        await using var file = new RejectsFile(notes);
        await file.CompleteAsync(Token);

        Assert.Equal("keep", await File.ReadAllTextAsync(notes, Token));
    }

    [Fact]
    public async Task Into_a_device_is_written_and_it_stays_a_device()
    {
        await using (var file = new RejectsFile("/dev/null"))
        {
            await file.AddAsync(new RejectedLine(2, RejectCodes.Empty, "why"), Token);
            await file.CompleteAsync(Token);
        }

        Assert.Equal(0, new FileInfo("/dev/null").Length);
        Assert.Empty(Directory.GetFiles("/dev", "null.*.tmp"));
    }

    [Fact]
    public async Task A_run_that_does_not_complete_leaves_the_earlier_file_alone()
    {
        await File.WriteAllTextAsync(Target, "old", Token);

        await using (var file = new RejectsFile(Target))
        {
            await file.AddAsync(new RejectedLine(2, RejectCodes.Empty, "why"), Token);
        }

        Assert.Equal("old", await File.ReadAllTextAsync(Target, Token));
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }
}
