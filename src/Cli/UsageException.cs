namespace Pipeline.Cli;

/// <summary>Arguments that cannot be right; the message says what would be.</summary>
internal sealed class UsageException(string message) : Exception(message);
