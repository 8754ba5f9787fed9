namespace Pipeline.Storage;

/// <summary>Something about the database that a person has to put right; the message names the cause and the remedy.</summary>
public sealed class PipelineStorageException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The message in Chinese, where a user meets it often.</summary>
    public string? Chinese { get; init; }
}
