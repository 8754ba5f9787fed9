namespace Pipeline.Ingest.Sources;

/// <summary>A record that cannot become a document. It never carries the ticket's text.</summary>
/// <param name="Line">Physical line on which the record starts; the first line of the input is 1.</param>
/// <param name="Code">One of <see cref="RejectCodes"/>.</param>
/// <param name="Reason">A sentence for the person who has to repair the input.</param>
/// <param name="Id">The record's id where it could be read, cut to 256 characters and free of NUL and lone surrogates.</param>
public sealed record RejectedLine(long Line, string Code, string Reason, string? Id = null) : SourceRecord(Line);
