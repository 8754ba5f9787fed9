namespace Pipeline.Inference.Tokenization;

/// <summary>
/// A tokenizer file that is missing, damaged or of a kind that this build can't read; the message names the file, the place and the remedy.
/// </summary>
public sealed class TokenizerException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public TokenizerException()
    {
    }

    /// <summary>Makes an exception with a message for the user.</summary>
    public TokenizerException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message for the user and its cause.</summary>
    public TokenizerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
