namespace Pipeline.Storage;

/// <summary>PostgreSQL stayed away for longer than the caller was willing to wait.</summary>
public sealed class OutageException(string message, Exception innerException) : Exception(message, innerException);
