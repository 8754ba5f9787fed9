namespace Pipeline.Inference.Processing;

/// <summary>Which of a template's wordings a text gets.</summary>
internal enum PromptKind
{
    /// <summary>The ordinary one.</summary>
    Plain,

    /// <summary>The one that demands the cause.</summary>
    Cause,

    /// <summary>The one that asks for a sentence about each of several events.</summary>
    Events,
}
