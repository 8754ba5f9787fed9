namespace Pipeline.Ingest.Sources;

/// <summary>How a CSV file begins: its delimiter and the names of its columns.</summary>
internal static class CsvHeader
{
    /// <summary>The delimiter that was given, or that of the header.</summary>
    public static async ValueTask<byte> DelimiterAsync(ByteWindow window, SourceOptions options, CancellationToken cancellationToken)
    {
        if (options.Delimiter is { } given)
        {
            return char.IsAscii(given) && given is not ('"' or '\r' or '\n' or '\0')
                ? (byte)given
                : throw new SourceException($"The delimiter U+{(int)given:X4} cannot be used; give one ASCII character with --delimiter.")
                {
                    Chinese = $"分隔符 U+{(int)given:X4} 不能使用；请用 --delimiter 给出一个 ASCII 字符。",
                    IsUsage = true,
                };
        }

        byte detected;
        while (!CsvDelimiter.TryDetect(window.Span, out detected)
            && window.Span.Length <= options.MaxRecordBytes
            && await window.FillAsync(cancellationToken))
        {
        }

        return detected;
    }

    /// <summary>Reads the header; from then on the reader expects as many fields.</summary>
    /// <exception cref="SourceException">There is none, it can't be read, or it names a column twice.</exception>
    public static async ValueTask<string[]> ReadAsync(
        CsvRecordReader reader, SourceOptions options, string name, CancellationToken cancellationToken)
    {
        do
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                throw new SourceException($"{name} is empty; its first line must name the columns.") { Chinese = $"{name} 是空文件；首行应为列名。" };
            }
        }
        while (IsBlank(reader));

        var names = Names(reader, options, name);
        reader.ExpectedFields = names.Length;
        return names;
    }

    /// <summary>A line without fields.</summary>
    public static bool IsBlank(CsvRecordReader reader) =>
        reader is { Outcome: CsvOutcome.Record, FieldCount: 1 } && !reader.Record.ContainsAnyExcept((byte)' ', (byte)'\t');

    private static string[] Names(CsvRecordReader reader, SourceOptions options, string name)
    {
        switch (reader.Outcome)
        {
            case CsvOutcome.TooLarge:
                throw new SourceException($"The header of {name} on line {reader.Line} is larger than {options.MaxRecordBytes} bytes; "
                    + "its first line must name the columns.")
                {
                    Chinese = $"{name} 第 {reader.Line} 行的表头超过 {options.MaxRecordBytes} 字节；首行应为列名。",
                };
            case CsvOutcome.UnclosedQuote or CsvOutcome.StrayQuote:
                throw new SourceException($"The header of {name} has a quote on line {reader.QuoteLine} that is not closed properly; "
                    + "its first line must name the columns.")
                {
                    Chinese = $"{name} 的表头在第 {reader.QuoteLine} 行有未正确闭合的引号；首行应为列名。",
                };
        }

        if (StrictUtf8.FirstInvalid(reader.Record) is >= 0 and var invalid)
        {
            var (place, given) = (reader.Offset + invalid, reader.Record[invalid]);
            throw options.Content == ContentKind.Converted
                ? new SourceException(
                    $"The header of {name} cannot be decoded: byte 0x{Undecodable.Read(reader.Record[invalid..]):X2} does not exist in "
                    + "its encoding. Correct --encoding.")
                {
                    Chinese = $"{name} 的表头无法解码：其编码中没有字节 0x{Undecodable.Read(reader.Record[invalid..]):X2}。请改正 --encoding。",
                }
                : new SourceException(
                    $"The header of {name} is not UTF-8: byte 0x{given:X2} at byte offset {place}. If the file is GB18030, GBK or GB2312, submit it with "
                    + "--encoding gb18030.")
                {
                    Chinese = $"{name} 的表头不是 UTF-8：偏移 {place} 处的字节为 0x{given:X2}。如果文件是 GB18030、GBK 或 GB2312 编码，请加 --encoding gb18030。",
                };
        }

        var names = new string[reader.FieldCount];
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var index = 0; index < names.Length; index++)
        {
            names[index] = reader.Field(index).Decode(reader.Record).Trim();
            if (names[index].Length > 0 && !seen.Add(names[index]))
            {
                throw new SourceException($"The header of {name} names the column '{names[index]}' twice; rename one of the two.")
                {
                    Chinese = $"{name} 的表头中列名 '{names[index]}' 出现两次；请将其一改名。",
                };
            }
        }

        return names;
    }
}
