namespace Pipeline.Ingest.Sources;

/// <summary>How the scan of one CSV record ended.</summary>
internal enum CsvOutcome
{
    Record,
    TooLarge,
    UnclosedQuote,
    StrayQuote,
}
