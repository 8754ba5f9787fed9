namespace Pipeline.Inference;

/// <summary>Why one text has no result. Fit for logs and rows: it never contains the text itself.</summary>
/// <param name="Code">Stable kebab-case code: <c>empty-text</c>, <c>no-words</c>, <c>engine-error</c>, ...</param>
/// <param name="Reason">One sentence for people; names lengths and types only.</param>
public sealed record TextFailure(string Code, string Reason)
{
    /// <summary>The engine itself failed on this text; unlike the other codes it says nothing final about the text.</summary>
    public const string EngineError = "engine-error";

    /// <summary>The recipe can't be run, whatever the text.</summary>
    public const string RecipeNotRunnable = "recipe-not-runnable";

    /// <summary>There is nothing to read.</summary>
    public static TextFailure EmptyText { get; } = new("empty-text", "The text is empty or white space.");
}
