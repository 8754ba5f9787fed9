namespace Pipeline.Inference.Checkpoints;

/// <summary>Weights that cannot be read; the message names the file, the tensor, what was expected and found, and the remedy.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public CheckpointException()
    {
    }

    /// <summary>Makes an exception with a message for the user.</summary>
    public CheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message for the user and its cause.</summary>
    public CheckpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
