namespace Pipeline.Ingest.Sources;

/// <summary>How an input is written.</summary>
public enum SourceFormat
{
    /// <summary>RFC 4180 with a header; the delimiter is found in the header unless it is given.</summary>
    Csv,

    /// <summary>As <see cref="Csv"/>, with a tab as the delimiter.</summary>
    Tsv,

    /// <summary>One JSON object a line.</summary>
    JsonLines,

    /// <summary>One request of the OpenAI batch API a line.</summary>
    OpenAiBatch,

    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>The LCSTS corpus as it is distributed.</summary>
    Lcsts,
}
