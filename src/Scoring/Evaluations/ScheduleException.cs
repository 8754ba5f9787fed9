namespace Pipeline.Scoring.Evaluations;

/// <summary>A schedule can't be as it was asked for; the message says why and what to ask for instead.</summary>
public sealed class ScheduleException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The message in Chinese, where a user meets it often.</summary>
    public string? Chinese { get; init; }
}
