namespace Pipeline.Ingest.Sources;

/// <summary>A record that could be read. <see cref="Admission"/> decides whether it is a document.</summary>
/// <param name="Line">Physical line on which the record starts; the first line of the input is 1.</param>
/// <param name="Id">The id as written, or null when the record has none.</param>
/// <param name="Text">The text as written; free of NUL and lone surrogates.</param>
/// <param name="Reference">A summary written by a person, or null.</param>
/// <param name="ReplacedCharacters">How many characters of its fields were replaced by U+FFFD.</param>
public sealed record IncomingDocument(long Line, string? Id, string Text, string? Reference, int ReplacedCharacters) : SourceRecord(Line)
{
    /// <summary>A summary made elsewhere that is to be scored, empty where it is missing; null when none is asked for.</summary>
    public string? Candidate { get; init; }

    /// <summary>The category as written, or null when the record has none.</summary>
    public string? Category { get; init; }
}
