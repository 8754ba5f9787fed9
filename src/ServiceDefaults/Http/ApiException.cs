namespace Pipeline.ServiceDefaults.Http;

/// <summary>A request that is not answered as asked; it becomes a problem document.</summary>
/// <param name="status">HTTP status code.</param>
/// <param name="code">Stable code for programs, in kebab case.</param>
/// <param name="message">What is wrong, without ticket text.</param>
/// <param name="remedy">What the caller can do.</param>
/// <param name="innerException">The cause.</param>
public sealed class ApiException(int status, string code, string message, string remedy, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>HTTP status code.</summary>
    public int Status => status;

    /// <summary>Stable code for programs.</summary>
    public string Code => code;

    /// <summary>What the caller can do.</summary>
    public string Remedy => remedy;

    /// <summary>Seconds after which the request may be repeated unchanged.</summary>
    public int? RetryAfterSeconds { get; init; }
}
