namespace Pipeline.Ingest.Sources;

/// <summary>An input that cannot be read at all. The message names the cause and the remedy.</summary>
public sealed class SourceException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The message in Chinese, where a user meets it often.</summary>
    public string? Chinese { get; init; }

    /// <summary>True when an option is wrong whatever the input is.</summary>
    public bool IsUsage { get; init; }
}
