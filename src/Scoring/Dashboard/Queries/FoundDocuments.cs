namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>A page of a list.</summary>
/// <param name="Rows">What was found.</param>
/// <param name="Next">Where the next page begins; null at the end of the batch.</param>
/// <param name="SearchedTo">The line up to which was searched, when the time for one page was over before enough was found.</param>
public sealed record FoundDocuments(IReadOnlyList<DocumentRow> Rows, DocumentKey? Next, long? SearchedTo);
