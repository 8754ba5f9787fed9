namespace Pipeline.Ingest.Sources;

/// <summary>Opens an input as the source that its name, its first bytes or the caller asks for.</summary>
public static class DocumentSources
{
    private const string KnownFormats = "csv, tsv, jsonl, openai, parquet, lcsts";

    // Room for a byte order mark and white space before the first character that tells something.
    private const int HeadBytes = 64;

    /// <summary>
    /// Opens an input. Without a format a Parquet file is known by its first bytes, and otherwise the extension decides: .csv, .tsv, .jsonl,
    /// .ndjson or .json, before .gz or .zst where it is
    /// compressed. Without an extension, a brace at the start tells JSON Lines; their first object tells whether they are an OpenAI batch.
    /// </summary>
    /// <exception cref="SourceException">The input cannot be opened or its format is not one of these; the message says why.</exception>
    public static async Task<IDocumentSource> OpenAsync(
        ISourceInput input, SourceOptions options, SourceFormat? format, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        _ = options.MaxRecordBytes;
        var head = await ReadHeadAsync(input, cancellationToken);
        if (format is null or SourceFormat.Parquet && head is [(byte)'P', (byte)'A', (byte)'R', (byte)'1', ..])
        {
            return OpenParquet(input, options);
        }

        var encoding = TextEncoding.Resolve(options.Encoding, head, input.Name);
        if (encoding is null)
        {
            // Before the extension is judged: a workbook should be called that, not an unknown extension.
            FileHead.Check(head, input.Name);
        }

        if (options.MinScore is not null && format != SourceFormat.Lcsts)
        {
            throw new SourceException("--min-score is for the human labels of an LCSTS file; add --format lcsts, or leave it out.")
            {
                Chinese = "--min-score 针对 LCSTS 文件的人工评分；请加上 --format lcsts，或去掉该选项。",
                IsUsage = true,
            };
        }

        if (format is SourceFormat.OpenAiBatch or SourceFormat.Lcsts && (options.TextColumn ?? options.IdColumn ?? options.ReferenceColumn ?? options.CandidateColumn ?? options.CategoryColumn) is { } column)
        {
            throw new SourceException($"{(format == SourceFormat.Lcsts ? "An LCSTS file" : "An OpenAI batch")} has no columns; leave out '{column}', or name the format jsonl.")
            {
                Chinese = $"{(format == SourceFormat.Lcsts ? "LCSTS 文件" : "OpenAI 批处理文件")}没有列；请去掉 '{column}'，或将格式指定为 jsonl。",
            };
        }

        var chosen = format ?? FormatOf(input.Name, head);
        var content = input.Open();
        options = options with { Content = content.CanSeek ? ContentKind.File : ContentKind.Unpacked };
        if (encoding is not null)
        {
            content = new TranscodingStream(content, encoding);
            options = options with { Content = ContentKind.Converted };
        }

        return chosen switch
        {
            SourceFormat.JsonLines => new JsonLinesSource(content, options, input.Name, areRequests: format is null ? null : false),
            SourceFormat.Parquet => throw new SourceException($"{input.Name} is no Parquet file, or empty: it does not start with 'PAR1'.")
            {
                Chinese = $"{input.Name} 不是 Parquet 文件，或者是空文件：开头不是 'PAR1'。",
            },
            SourceFormat.OpenAiBatch => new JsonLinesSource(content, options, input.Name, areRequests: true),
            SourceFormat.Lcsts => new LcstsSource(content, options, input.Name),
            SourceFormat.Tsv => new CsvSource(content, options with { Delimiter = options.Delimiter ?? '\t' }, input.Name),
            _ => new CsvSource(content, options, input.Name),
        };
    }

    /// <summary>The format that <c>--format</c> names.</summary>
    /// <exception cref="SourceException">There is no such format.</exception>
    public static SourceFormat ParseFormat(string value) => value.ToUpperInvariant() switch
    {
        "CSV" => SourceFormat.Csv,
        "TSV" => SourceFormat.Tsv,
        "JSONL" or "NDJSON" or "JSON" => SourceFormat.JsonLines,
        "LCSTS" => SourceFormat.Lcsts,
        "PARQUET" => SourceFormat.Parquet,
        "OPENAI" or "OPENAI-BATCH" => SourceFormat.OpenAiBatch,
        _ => throw new SourceException($"There is no format '{value}'; --format takes one of {KnownFormats}.")
        {
            Chinese = $"没有格式 '{value}'；--format 可用 {KnownFormats}。",
            IsUsage = true,
        },
    };

    private static ParquetSource OpenParquet(ISourceInput input, SourceOptions options)
    {
        if (options.Encoding is not null)
        {
            throw new SourceException($"{input.Name} is a Parquet file, whose strings are UTF-8; leave out --encoding.")
            {
                Chinese = $"{input.Name} 是 Parquet 文件，其中的文本总是 UTF-8；请去掉 --encoding。",
            };
        }

        var content = input.Open();
        if (!content.CanSeek)
        {
            content.Dispose();
            throw new SourceException($"{input.Name} is a packed Parquet file, which can only be read from its end; unpack it and submit that.")
            {
                Chinese = $"{input.Name} 是压缩过的 Parquet 文件，只能从末尾读取；请解压后提交。",
            };
        }

        return new ParquetSource(content, options, input.Name);
    }

    private static async Task<byte[]> ReadHeadAsync(ISourceInput input, CancellationToken cancellationToken)
    {
        await using var content = input.Open();
        var head = new byte[HeadBytes];
        var length = await content.ReadAtLeastAsync(head, HeadBytes, throwOnEndOfStream: false, cancellationToken);
        return head[..length];
    }

    private static SourceFormat FormatOf(string name, ReadOnlySpan<byte> head) =>
        Path.GetExtension(Compression.WithoutExtension(name)).ToUpperInvariant() switch
        {
            ".CSV" => SourceFormat.Csv,
            ".TSV" => SourceFormat.Tsv,
            ".JSONL" or ".NDJSON" or ".JSON" => SourceFormat.JsonLines,
            ".PARQUET" => SourceFormat.Parquet,
            "" when head.TrimStart("\uFEFF \t\r\n"u8) is [(byte)'{', ..] => SourceFormat.JsonLines,
            var extension => throw new SourceException(
                $"{name} has {(extension.Length == 0 ? "no extension" : "an unknown extension")}; "
                + $"say what it is with --format ({KnownFormats}).")
            {
                Chinese = $"{name} {(extension.Length == 0 ? "没有扩展名" : "的扩展名未知")}；请用 --format 指定格式（{KnownFormats}）。",
            },
        };
}
