using System.Runtime.InteropServices;
using ParquetSharp;
using Pipeline.Ingest.Sources;
using Compression = ParquetSharp.Compression;
using Encoding = System.Text.Encoding;

namespace Pipeline.Ingest.Tests.Sources;

public sealed class ParquetSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parquet-tests-").FullName;

    private string File => Path.Combine(_folder, "tickets.parquet");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Rows_come_back_in_order_over_row_groups_with_their_number_as_line()
    {
        const int Rows = 5000;
        Write(
            [new Column<int>("工单号"), new Column<double>("score"), new Column<string>("内容"), new Column<string>("摘要")],
            group =>
            {
                WriteColumn(group, Enumerable.Range(0, Rows).ToArray());
                WriteColumn(group, new double[Rows]);
                WriteColumn(group, Enumerable.Range(0, Rows).Select(row => $"水泵 {row} 漏水").ToArray());
                WriteColumn(group, Enumerable.Range(0, Rows).Select(row => row % 3 == 0 ? null : $"漏水 {row}").ToArray());
            },
            groups: 2);

        var records = await ReadAsync();

        Assert.Equal(2 * Rows, records.Count);
        Assert.Equal(Enumerable.Range(1, 2 * Rows).Select(row => (long)row), records.Select(record => record.Line));
        Assert.All(records, record =>
        {
            var row = (record.Line - 1) % Rows;
            Assert.Equal(new IncomingDocument(record.Line, $"{row}", $"水泵 {row} 漏水", row % 3 == 0 ? null : $"漏水 {row}", 0), record);
        });
    }

    [Fact]
    public async Task A_candidate_comes_from_its_column()
    {
        Write(
            [new Column<string>("text"), new Column<string>("human")],
            group =>
            {
                WriteColumn(group, ["水泵漏水", "水泵异响"]);
                WriteColumn(group, ["漏水", null]);
            });

        Assert.Equal(["漏水", ""], (await ReadAsync(new SourceOptions { CandidateColumn = "human" })).Select(record => record.Document().Candidate));
    }

    [Fact]
    public async Task A_category_comes_from_its_column_of_strings_or_integers()
    {
        Write(
            [new Column<string>("text"), new Column<string>("kind"), new Column<long>("code")],
            group =>
            {
                WriteColumn(group, ["水泵漏水", "水泵异响"]);
                WriteColumn(group, ["水务", null]);
                WriteColumn(group, [3L, 4L]);
            });

        Assert.Equal(["水务", null], (await ReadAsync(new SourceOptions { CategoryColumn = "kind" })).Select(record => record.Document().Category));
        Assert.Equal(["3", "4"], (await ReadAsync(new SourceOptions { CategoryColumn = "code" })).Select(record => record.Document().Category));
    }

    [Fact]
    public async Task Ids_are_strings_integers_or_uuids()
    {
        var uuid = Guid.Parse("0190a5c4-7e3b-7c1d-9f00-0123456789ab");

        Assert.Equal(["a", null], await IdsAsync("a", null));
        Assert.Equal(["-7", "2147483647"], await IdsAsync(-7, int.MaxValue));
        Assert.Equal(["4294967295"], await IdsAsync(uint.MaxValue));
        Assert.Equal(["-128"], await IdsAsync(sbyte.MinValue));
        Assert.Equal(["-9223372036854775808", null], await IdsAsync<long?>(long.MinValue, null));
        Assert.Equal(["18446744073709551615"], await IdsAsync(ulong.MaxValue));
        Assert.Equal([uuid.ToString()], await IdsAsync(uuid));
    }

    [Theory]
    [InlineData(Compression.Snappy, true, ParquetSharp.Encoding.Plain, false)]
    [InlineData(Compression.Gzip, false, ParquetSharp.Encoding.Plain, true)]
    [InlineData(Compression.Zstd, false, ParquetSharp.Encoding.DeltaByteArray, true)]
    [InlineData(Compression.Lz4, false, ParquetSharp.Encoding.DeltaLengthByteArray, false)]
    [InlineData(Compression.Brotli, true, ParquetSharp.Encoding.Plain, true)]
    [InlineData(Compression.Uncompressed, false, ParquetSharp.Encoding.DeltaByteArray, false)]
    public async Task Every_packing_of_pages_gives_the_same_texts(Compression compression, bool dictionary, ParquetSharp.Encoding encoding, bool secondVersion)
    {
        var texts = Enumerable.Range(0, 3000).Select(row => row % 7 == 0 ? null : $"水泵 {row % 100} 漏水").ToArray();
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(compression).DataPagesize(4096).DataPageVersion(secondVersion ? ParquetDataPageVersion.V2 : ParquetDataPageVersion.V1);
        _ = dictionary ? builder.EnableDictionary() : builder.DisableDictionary().Encoding(encoding);
        using var properties = builder.Build();
        Write([new Column<string>("text")], group => WriteColumn(group, texts), properties: properties);

        var records = await ReadAsync();

        Assert.Equal(texts, records.Select(record => (record as IncomingDocument)?.Text));
        Assert.Equal(
            new RejectedLine(1, RejectCodes.MissingText, "the column 'text' is null"), records[0]);
    }

    [Fact]
    public async Task A_binary_column_as_text_is_refused_with_the_names_of_those_that_can_be()
    {
        Write(
            [new Column<long>("id"), new Column<byte[]>("content"), new Column<string>("titel"), new Column<string>("notiz")],
            group =>
            {
                WriteColumn(group, [1L]);
                WriteColumn(group, [new byte[] { 1 }]);
                WriteColumn(group, ["a"]);
                WriteColumn(group, ["b"]);
            });

        Assert.Equal(
            "The column 'content' of tickets.parquet is binary and cannot be the text. Columns that can: titel, notiz. Name one with --text-column, "
            + "or write 'content' as strings.",
            await Reading.ErrorAsync(() => ReadAsync()));
        Assert.Equal("b", (await ReadAsync(new SourceOptions { TextColumn = "Notiz" })).Single().Document().Text);
    }

    [Fact]
    public async Task Other_types_are_refused_by_their_names()
    {
        Write(
            [new Column<double>("number"), new Column<string[]>("text"), new Column<DateTime>("day"), new Column<string>("body")],
            group =>
            {
                WriteColumn(group, [1.5]);
                WriteColumn(group, [new[] { "a" }]);
                WriteColumn(group, [DateTime.UnixEpoch]);
                WriteColumn(group, ["b"]);
            });

        Assert.StartsWith(
            "The column 'text' of tickets.parquet is a list or a structure and cannot be the text. Columns that can: body.",
            await Reading.ErrorAsync(() => ReadAsync()), StringComparison.Ordinal);
        var options = new SourceOptions { TextColumn = "body" };
        Assert.StartsWith(
            "The column 'number' of tickets.parquet is of the type Double and cannot be the id. Columns that can: body.",
            await Reading.ErrorAsync(() => ReadAsync(options)), StringComparison.Ordinal);
        Assert.StartsWith(
            "The column 'day' of tickets.parquet is of the type Timestamp and cannot be the reference.",
            await Reading.ErrorAsync(() => ReadAsync(options with { IdColumn = "body", ReferenceColumn = "day" })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_string_that_is_not_utf8_costs_its_row()
    {
        Write(
            [new Column<int>("id"), new Column<string>("text")],
            group =>
            {
                WriteColumn(group, [1, 2, 3]);
                var values = ((string[])["水", "é", "c"]).Select((text, row) => row == 1 ? Encoding.Latin1.GetBytes(text) : Encoding.UTF8.GetBytes(text))
                    .Select(bytes => GCHandle.Alloc(bytes, GCHandleType.Pinned)).ToArray();
                using var column = (ColumnWriter<ByteArray>)group.NextColumn();
                column.WriteBatch(3, [1, 1, 1], [], [.. values.Select(value => new ByteArray(value.AddrOfPinnedObject(), ((byte[])value.Target!).Length))]);
                Array.ForEach(values, value => value.Free());
            });

        var records = await ReadAsync();

        Assert.Equal(["水", "c"], records.OfType<IncomingDocument>().Select(document => document.Text));
        Assert.Equal(
            new RejectedLine(
                2, RejectCodes.BadEncoding, "row 2, column 'text': byte 0xE9 at byte offset 0 of the value is not valid UTF-8", "2"),
            records[1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task A_file_that_is_cut_short_is_refused(int cut)
    {
        WriteTexts(1000);
        var bytes = await System.IO.File.ReadAllBytesAsync(File, Reading.Token);
        await System.IO.File.WriteAllBytesAsync(File, bytes[..^cut], Reading.Token);

        var error = await Reading.ErrorAsync(() => ReadAsync());

        Assert.StartsWith("tickets.parquet is cut short or no Parquet file: its end cannot be read (", error, StringComparison.Ordinal);
        Assert.EndsWith("). Fetch or write the file again.", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }

    [Fact]
    public async Task A_damaged_page_refuses_the_file_before_a_record_comes_back()
    {
        WriteTexts(20_000, groups: 2);
        var bytes = await System.IO.File.ReadAllBytesAsync(File, Reading.Token);
        Array.Fill(bytes, (byte)0xEE, bytes.Length - (bytes.Length / 4), 2000);
        await System.IO.File.WriteAllBytesAsync(File, bytes, Reading.Token);
        var records = 0;

        var error = await Reading.ErrorAsync(() => ReadAsync(each: () => records++));

        Assert.StartsWith("tickets.parquet is damaged: the column 'text' cannot be read in rows 20001 to 40000 (", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
        Assert.Equal(0, records);
    }

    [Fact]
    public async Task The_first_bytes_tell_parquet_whatever_the_file_is_called()
    {
        WriteTexts(3);
        System.IO.File.Move(File, Path.Combine(_folder, "tickets.csv"));

        Assert.Equal(3, (await ReadAsync(file: "tickets.csv")).Count);
        Assert.Equal(
            "tickets.csv looks like a Parquet file, not text; leave out --format.",
            await Reading.ErrorAsync(() => ReadAsync(file: "tickets.csv", format: SourceFormat.Csv)));
        Assert.Equal(
            "tickets.csv is a Parquet file, whose strings are UTF-8; leave out --encoding.",
            await Reading.ErrorAsync(() => ReadAsync(new SourceOptions { Encoding = "gbk" }, file: "tickets.csv")));
    }

    [Fact]
    public async Task What_is_no_parquet_says_so()
    {
        await System.IO.File.WriteAllTextAsync(File, "id,text\n", Reading.Token);

        Assert.Equal("tickets.parquet is no Parquet file, or empty: it does not start with 'PAR1'.", await Reading.ErrorAsync(() => ReadAsync()));
    }

    [Fact]
    public async Task A_packed_parquet_file_and_one_without_rows_are_refused()
    {
        WriteTexts(0);
        Assert.Equal("tickets.parquet holds no row.", await Reading.ErrorAsync(() => ReadAsync()));

        await System.IO.File.WriteAllBytesAsync(
            File, Packed.Gzip(await System.IO.File.ReadAllBytesAsync(File, Reading.Token)), Reading.Token);
        Assert.Contains("packed Parquet file", await Reading.ErrorAsync(() => ReadAsync()), StringComparison.Ordinal);
    }

    private static void WriteColumn<T>(RowGroupWriter group, T[] values)
    {
        using var column = group.NextColumn().LogicalWriter<T>();
        column.WriteBatch(values);
    }

    private void Write(Column[] columns, Action<RowGroupWriter> write, int groups = 1, WriterProperties? properties = null)
    {
        using var builder = new WriterPropertiesBuilder();
        using var defaults = builder.Build();
        using var file = new ParquetFileWriter(File, columns, properties ?? defaults);
        for (var index = 0; index < groups; index++)
        {
            using var group = file.AppendRowGroup();
            write(group);
        }

        file.Close();
    }

    private void WriteTexts(int rows, int groups = 1) => Write(
        [new Column<string>("text")],
        group => WriteColumn(group, Enumerable.Range(0, rows).Select(row => $"水泵 {row} 漏水 {row * 7919 % 104729}").ToArray()), groups);

    private async Task<string?[]> IdsAsync<T>(params T[] ids)
    {
        Write(
            [new Column<T>("id"), new Column<string>("text")],
            group =>
            {
                WriteColumn(group, ids);
                WriteColumn(group, ids.Select(_ => "a").ToArray());
            });
        return [.. (await ReadAsync()).Select(record => record.Document().Id)];
    }

    private async Task<List<SourceRecord>> ReadAsync(
        SourceOptions? options = null, string file = "tickets.parquet", SourceFormat? format = null, Action? each = null)
    {
        await using var source = await DocumentSources.OpenAsync(
            new FileInput(Path.Combine(_folder, file)), options ?? new SourceOptions(), format, Reading.Token);
        var records = new List<SourceRecord>();
        await foreach (var record in source.ReadAsync(Reading.Token))
        {
            each?.Invoke();
            records.Add(record);
        }

        return records;
    }
}
