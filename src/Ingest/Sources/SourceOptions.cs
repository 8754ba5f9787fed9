using System.Text.Json.Serialization;

namespace Pipeline.Ingest.Sources;

/// <summary>Which fields of a record are used, and how large a text may be.</summary>
public sealed record SourceOptions
{
    private const int RecordOverheadBytes = 64 * 1024;

    /// <value>Column of the text; null takes the first of the well-known names that is there.</value>
    public string? TextColumn { get; init; }

    /// <value>Column of the id; null takes the first of the well-known names that is there, or none.</value>
    public string? IdColumn { get; init; }

    /// <value>Column of the reference summary; null takes the first of the well-known names that is there, or none.</value>
    public string? ReferenceColumn { get; init; }

    /// <value>Column of a summary that was made elsewhere and is to be scored; null takes none.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CandidateColumn { get; init; }

    /// <value>Column of the document's category, by which searches can be narrowed; null takes none.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CategoryColumn { get; init; }

    /// <value>CSV delimiter, one ASCII character; null finds comma, semicolon or tab in the header.</value>
    public char? Delimiter { get; init; }

    /// <value>Largest text in UTF-8 bytes, from 1 to 268,435,456. The default is 1 MiB.</value>
    public int MaxTextBytes { get; init; } = 1024 * 1024;

    /// <value>Encoding of a text file by its IANA name; null is UTF-8, or what a byte order mark tells.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Encoding { get; init; }

    /// <value>Smallest human label of an LCSTS file, 1 to 5; null takes every document. Those below are left out, not refused.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MinScore { get; init; }

    /// <value>What happens to NUL and lone surrogates. The default is <see cref="TextPolicy.Replace"/>.</value>
    public TextPolicy TextPolicy { get; init; }

    /// <value>What the bytes are that the source gets.</value>
    internal ContentKind Content { get; init; }

    /// <summary>
    /// Largest record that is held in memory. A text may take twice its size on disk (every quote doubled in CSV, every Chinese
    /// character a <c>\uXXXX</c> in JSON) and the other columns need room.
    /// </summary>
    internal int MaxRecordBytes => MaxTextBytes is >= 1 and <= 256 * 1024 * 1024
        ? 2 * MaxTextBytes + RecordOverheadBytes
        : throw new SourceException($"MaxTextBytes is {MaxTextBytes}; it must be between 1 and 268435456.");
}
