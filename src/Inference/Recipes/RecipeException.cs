namespace Pipeline.Inference.Recipes;

/// <summary>A recipe that does not exist or that this build cannot run; the message names the cause and the choices.</summary>
public sealed class RecipeException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public RecipeException()
    {
    }

    /// <summary>Makes an exception with a message for the user.</summary>
    public RecipeException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message for the user and its cause.</summary>
    public RecipeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The message in Chinese, where a user meets it often.</summary>
    public string? Chinese { get; init; }
}
