namespace Pipeline.Cli.Results;

/// <summary>How results are written.</summary>
internal enum ResultFormat
{
    Csv,
    JsonLines,
    Parquet,
    OpenAi,
}
