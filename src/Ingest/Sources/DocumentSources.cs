namespace Pipeline.Ingest.Sources;

/// <summary>Opens a file as the source that its name, or the caller, asks for.</summary>
public static class DocumentSources
{
    private const string KnownFormats = "csv, tsv, jsonl";

    /// <summary>Opens a file. Without a format its extension decides: .csv, .tsv, .jsonl, .ndjson or .json.</summary>
    /// <exception cref="SourceException">The file cannot be opened or its format is not one of these; the message says why.</exception>
    public static IDocumentSource Open(string path, SourceOptions options, SourceFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _ = options.MaxRecordBytes;
        var name = Path.GetFileName(path);
        var stream = OpenFile(path);
        try
        {
            // A pipe can be read once only, and a submission reads twice: for the fingerprint, then for the documents.
            if (!stream.CanSeek)
            {
                throw new SourceException($"{path} is a pipe; write it to a file first and submit that.");
            }

            CheckHead(stream, name);
            return (format ?? FormatOf(path)) switch
            {
                SourceFormat.JsonLines => new JsonLinesSource(stream, options, name),
                SourceFormat.Tsv => new CsvSource(stream, options with { Delimiter = options.Delimiter ?? '\t' }, name),
                _ => new CsvSource(stream, options, name),
            };
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The format that <c>--format</c> names.</summary>
    /// <exception cref="SourceException">There is no such format.</exception>
    public static SourceFormat ParseFormat(string value) => value.ToUpperInvariant() switch
    {
        "CSV" => SourceFormat.Csv,
        "TSV" => SourceFormat.Tsv,
        "JSONL" or "NDJSON" or "JSON" => SourceFormat.JsonLines,
        _ => throw new SourceException($"There is no format '{value}'; --format takes one of {KnownFormats}."),
    };

    /// <summary>Opens a file for one sequential pass.</summary>
    /// <exception cref="SourceException">The file cannot be opened; the message says why.</exception>
    internal static FileStream OpenFile(string path)
    {
        if (Directory.Exists(path))
        {
            throw new SourceException($"{path} is a directory; name a file.");
        }

        try
        {
            // No buffer here: the sources read in large blocks of their own.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SourceException($"There is no file {path}; check the path.", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new SourceException($"{path} may not be read by this user; change its permissions (chmod +r).", exception);
        }
        catch (IOException exception)
        {
            throw new SourceException($"{path} cannot be opened: {exception.Message}", exception);
        }
    }

    // Before the extension is judged: tickets.csv.gz should be called gzip, not an unknown extension.
    private static void CheckHead(FileStream stream, string name)
    {
        var head = new byte[FileHead.Bytes];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        FileHead.Check(head.AsSpan(0, length), name);
    }

    private static SourceFormat FormatOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".CSV" => SourceFormat.Csv,
        ".TSV" => SourceFormat.Tsv,
        ".JSONL" or ".NDJSON" or ".JSON" => SourceFormat.JsonLines,
        var extension => throw new SourceException(
            $"{Path.GetFileName(path)} has {(extension.Length == 0 ? "no extension" : "an unknown extension")}; "
            + $"say what it is with --format ({KnownFormats})."),
    };
}
