namespace Pipeline.Ingest;

/// <summary>How far a load has come.</summary>
/// <param name="Accepted">Lines accepted so far.</param>
/// <param name="Rejected">Lines refused so far.</param>
/// <param name="ReplacedCharacters">NUL characters and lone surrogates that were replaced.</param>
public readonly record struct LoadProgress(long Accepted, long Rejected, long ReplacedCharacters);
