namespace Pipeline.Inference.Models;

/// <summary>What a model does.</summary>
public enum ModelTask
{
    /// <summary>A vector for each text.</summary>
    Embed,

    /// <summary>One of several classes for each text.</summary>
    Classify,

    /// <summary>Continues a text, token by token.</summary>
    Generate,
}
