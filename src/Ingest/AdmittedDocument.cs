namespace Pipeline.Ingest;

/// <summary>A document as it is stored.</summary>
/// <param name="Line">Physical line on which its record starts.</param>
/// <param name="ExternalId">The given id without white space around it, or <c>sha256:</c> and 16 hexadecimal digits of the hash.</param>
/// <param name="Text">The normalised text, never empty.</param>
/// <param name="TextHash">SHA-256 of <paramref name="Text"/>, 32 bytes.</param>
/// <param name="Reference">The normalised reference summary, or null; never empty.</param>
/// <param name="ReplacedCharacters">How many characters were replaced by U+FFFD while reading.</param>
public sealed record AdmittedDocument(
    long Line, string ExternalId, string Text, byte[] TextHash, string? Reference, int ReplacedCharacters)
{
    /// <summary>The normalised candidate, or null when none is asked for; never empty.</summary>
    public string? Candidate { get; init; }

    /// <summary>The normalised category, or null; never empty.</summary>
    public string? Category { get; init; }
}
