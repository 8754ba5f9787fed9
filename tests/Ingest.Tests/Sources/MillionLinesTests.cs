using System.Globalization;
using System.Text;
using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Tests.Sources;

public sealed class MillionLinesTests : IDisposable
{
    private const int Lines = 1_000_000;
    private const int BadLine = 654_321;

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"million-{Guid.NewGuid():N}");

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(null, "line 654321: byte 0xFF at byte offset ")]
    [InlineData("gb18030", "line 654321, character 9: byte 0xFF does not exist in the file's encoding")]
    public async Task One_bad_byte_in_a_million_lines_costs_its_line_and_no_other(string? encoding, string place)
    {
        await WriteAsync(encoding);
        await using var source = await DocumentSources.OpenAsync(
            new FileInput(_file), new SourceOptions { Encoding = encoding }, SourceFormat.Csv, Reading.Token);
        var (documents, rejected) = (0, new List<RejectedLine>());
        await foreach (var record in source.ReadAsync(Reading.Token))
        {
            if (record is RejectedLine line)
            {
                rejected.Add(line);
            }
            else
            {
                documents++;
            }
        }

        Assert.Equal(Lines - 2, documents);
        Assert.Equal((BadLine, RejectCodes.BadEncoding, "654321"), (rejected.Single().Line, rejected[0].Code, rejected[0].Id));
        Assert.StartsWith(place, rejected[0].Reason, StringComparison.Ordinal);
    }

    private async Task WriteAsync(string? encoding)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        await using var file = File.Create(_file);
        await using var writer = new StreamWriter(file, Encoding.GetEncoding(encoding ?? "utf-8"), 1 << 16);
        await writer.WriteAsync("id,text\n");
        for (var line = 2; line <= Lines; line++)
        {
            await writer.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{line},水"));
            if (line == BadLine)
            {
                await writer.FlushAsync(Reading.Token);
                file.WriteByte(0xFF);
            }

            await writer.WriteAsync('\n');
        }
    }
}
