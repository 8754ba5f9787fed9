using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Ingest.Sources;

namespace Pipeline.Ingest.Tests.Sources;

public sealed class RoundTripTests
{
    private static readonly string[] Pieces =
    [
        "a", "7", " ", ",", ";", "\t", "\"", "\"\"", "\n", "\r\n", "\r", "水", "漏水", "²",
        "😀", "\U00020000", "\uFFFD", "\uFEFF", "\\", "\u2028", "{", "]",
    ];

    [Theory]
    [InlineData(',', "\n")]
    [InlineData(',', "\r\n")]
    [InlineData(';', "\r")]
    [InlineData('\t', "\n")]
    public async Task Random_records_written_as_csv_are_read_back_equal(char delimiter, string lineEnd)
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var written = Records(random);
            var csv = new StringBuilder($"id{delimiter}text{delimiter}reference{lineEnd}");
            foreach (var record in written)
            {
                csv.AppendJoin(delimiter, record.Select(value => Quoted(value, delimiter, random)));
                csv.Append(lineEnd).Insert(csv.Length, lineEnd, random.Next(2));
            }

            var read = await Reading.CsvAsync(csv.ToString());

            Assert.Equal(written, read.Select(record => Values(record.Document())));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Random_records_written_as_json_lines_are_read_back_equal(bool escapeEverything)
    {
        var options = new JsonSerializerOptions
        {
            Encoder = escapeEverything ? JavaScriptEncoder.Default : JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var written = Records(random);
            var lines = written.Select(record => JsonSerializer.Serialize(
                new { id = record[0], meta = new { text = "not this one" }, text = record[1], reference = record[2] }, options));

            var read = await Reading.JsonAsync(string.Join(random.Next(2) == 0 ? "\n" : "\r\n\n", lines));

            Assert.Equal(written, read.Select(record => Values(record.Document())));
        }
    }

    [Fact]
    public async Task Random_bytes_never_stop_the_reading_and_give_the_same_in_trickles()
    {
        var alphabet = "\"\"\",,\n\r\na水 "u8.ToArray();
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(200)];
            for (var index = 0; index < bytes.Length; index++)
            {
                bytes[index] = alphabet[random.Next(alphabet.Length)];
            }

            var records = await Reading.CsvAsync(Reading.Concat("id,text\n", bytes));
            Assert.Equal(records.Select(record => record.Line).Order(), records.Select(record => record.Line));
            await Reading.JsonAsync(Reading.Concat("{\"text\":\"a\"}\n", bytes));
        }
    }

    private static List<string[]> Records(Random random) =>
        [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => new[] { Value(random), Value(random), Value(random) })];

    private static string Value(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static string Quoted(string value, char delimiter, Random random) =>
        value.StartsWith('"') || value.AsSpan().ContainsAny(delimiter, '\r', '\n') || random.Next(2) == 0
            ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : value;

    private static string?[] Values(IncomingDocument document) => [document.Id, document.Text, document.Reference];
}
