namespace Pipeline.Inference.Tokenization;

/// <summary>An end of a text.</summary>
public enum TextEnd
{
    /// <summary>The beginning.</summary>
    Head,

    /// <summary>The end.</summary>
    Tail,
}
