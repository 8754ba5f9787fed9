namespace Pipeline.Inference.Models;

/// <summary>
/// A model that cannot be imported, opened or run; the message names the place (file, key, tensor), what was expected and found, and the
/// remedy.
/// </summary>
public sealed class ModelException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public ModelException()
    {
    }

    /// <summary>Makes an exception with a message for the user.</summary>
    public ModelException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message for the user and its cause.</summary>
    public ModelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The message in Chinese, where a user meets it often.</summary>
    public string? Chinese { get; init; }
}
