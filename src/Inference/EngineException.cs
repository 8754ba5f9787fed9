namespace Pipeline.Inference;

/// <summary>
/// An engine can't work at all at present, whatever the text: no text is to blame. The message names the cause and the remedy.
/// </summary>
public sealed class EngineException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="message">For the user.</param>
    /// <param name="isMisconfigured">True when only a person can put it right; false when waiting may.</param>
    /// <param name="innerException">The cause.</param>
    public EngineException(string message, bool isMisconfigured, Exception? innerException = null)
        : base(message, innerException) => IsMisconfigured = isMisconfigured;

    /// <summary>Only a person can put it right: a setting is missing or refused. Otherwise it is an outage.</summary>
    public bool IsMisconfigured { get; }

    /// <summary>How long to wait before the next try: <see cref="RetryAfter"/>, at most a minute.</summary>
    public TimeSpan Pause => RetryAfter < TimeSpan.FromMinutes(1) ? RetryAfter.Value : TimeSpan.FromMinutes(1);

    /// <summary>How long an outage is expected to last; null when unknown.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
