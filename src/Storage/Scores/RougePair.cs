namespace Pipeline.Storage.Scores;

/// <summary>A summary and the reference it is to be compared with.</summary>
public sealed record RougePair(long SummaryTextId, long ReferenceTextId, string Summary, string Reference);
