namespace Pipeline.Ingest.Sources;

/// <summary>A record of a <see cref="CsvTable"/>.</summary>
/// <param name="Line">Physical line on which it starts; a header is line 1.</param>
/// <param name="Values">The fields of the columns asked for, in the order in which they were asked for.</param>
public sealed record CsvTableRow(long Line, IReadOnlyList<string> Values);
