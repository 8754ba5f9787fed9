using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;
using ParquetSharp;
using Pipeline.Ingest.Sources;
using Pipeline.LoadTest;
using ZstdSharp;
using Encoding = System.Text.Encoding;

namespace Pipeline.InputFormats;

/// <summary>Writes the same generated work orders in every format.</summary>
internal static class Subjects
{
    private const int BatchRows = 10_000;

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<IReadOnlyList<Subject>> WriteAsync(string folder, int count, string sourceDatabase)
    {
        var csv = Path.Combine(folder, "work-orders.csv");
        await new WorkOrderGenerator(seed: 7).WriteAsync(csv, count);
        await PackAsync(csv, csv + ".gz", stream => new GZipStream(stream, CompressionLevel.Fastest));
        await PackAsync(csv, csv + ".zst", stream => new CompressionStream(stream));
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var gb18030 = Path.Combine(folder, "gb18030.csv");
        await using (var writer = new StreamWriter(gb18030, append: false, Encoding.GetEncoding("gb18030"), 1 << 16))
        {
            foreach (var line in File.ReadLines(csv))
            {
                await writer.WriteLineAsync(line);
            }
        }

        var jsonLines = Path.Combine(folder, "lines.jsonl");
        var requests = Path.Combine(folder, "requests.jsonl");
        var parquet = Path.Combine(folder, "rows.parquet");
        await WriteLinesAsync(csv, jsonLines, document => new { id = document.Id, text = document.Text, reference = document.Reference });
        await WriteLinesAsync(csv, requests, document => new
        {
            custom_id = document.Id,
            method = "POST",
            url = "/v1/chat/completions",
            body = new
            {
                model = "any",
                messages = new[] { new { role = "system", content = "概括" }, new { role = "user", content = document.Text } },
            },
        });
        await WriteParquetAsync(csv, parquet);
        await FillTableAsync(csv, sourceDatabase);
        return
        [
            new("CSV", csv),
            new("CSV in GB18030", gb18030, "--encoding gb18030"),
            new("CSV, gzip", csv + ".gz"),
            new("CSV, Zstandard", csv + ".zst"),
            new("CSV from standard input", csv, "--format csv", IsPiped: true),
            new("JSON Lines", jsonLines),
            new("OpenAI batch", requests),
            new("Parquet, one row group", parquet),
            new("PostgreSQL table", $"--from-postgres {sourceDatabase}", "--table work_orders"),
            new("CSV again", csv),
        ];
    }

    private static async Task PackAsync(string from, string to, Func<Stream, Stream> pack)
    {
        await using var source = File.OpenRead(from);
        await using var target = pack(File.Create(to));
        await source.CopyToAsync(target);
    }

    private static async Task WriteLinesAsync(string csv, string path, Func<IncomingDocument, object> shape)
    {
        await using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 16);
        await foreach (var document in ReadAsync(csv))
        {
            await writer.WriteLineAsync(JsonSerializer.Serialize(shape(document), s_json));
        }
    }

    // One row group, as pandas and Arrow write a table of this size, and the worst that a reader can meet.
    private static async Task WriteParquetAsync(string csv, string path)
    {
        using var file = new ParquetFileWriter(path, [new Column<string>("id"), new Column<string>("text"), new Column<string>("reference")]);
        using var group = file.AppendBufferedRowGroup();
        using var id = group.Column(0).LogicalWriter<string>();
        using var text = group.Column(1).LogicalWriter<string>();
        using var reference = group.Column(2).LogicalWriter<string>();
        var rows = new List<IncomingDocument>();
        await foreach (var document in ReadAsync(csv))
        {
            rows.Add(document);
            if (rows.Count == BatchRows)
            {
                Write();
            }
        }

        Write();
        file.Close();

        void Write()
        {
            id.WriteBatch([.. rows.Select(row => row.Id ?? "")]);
            text.WriteBatch([.. rows.Select(row => row.Text)]);
            reference.WriteBatch([.. rows.Select(row => row.Reference ?? "")]);
            rows.Clear();
        }
    }

    private static async Task FillTableAsync(string csv, string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using (var command = new NpgsqlCommand("create table work_orders (id text, text text, reference text, note text)", connection))
        {
            await command.ExecuteNonQueryAsync();
        }

        await using var copy = await connection.BeginTextImportAsync("copy work_orders (id, text, reference) from stdin (format csv, header)");
        using var lines = File.OpenText(csv);
        var buffer = new char[1 << 16];
        for (var read = await lines.ReadAsync(buffer); read > 0; read = await lines.ReadAsync(buffer))
        {
            await copy.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private static async IAsyncEnumerable<IncomingDocument> ReadAsync(string csv)
    {
        await using var source = new CsvSource(File.OpenRead(csv), new SourceOptions());
        await foreach (var record in source.ReadAsync())
        {
            yield return (IncomingDocument)record;
        }
    }
}
