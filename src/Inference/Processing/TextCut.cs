namespace Pipeline.Inference.Processing;

/// <summary>A text as far as a model reads it.</summary>
/// <param name="Text">What is read.</param>
/// <param name="ReadTokens">Tokens of the source that are in it.</param>
/// <param name="SourceTokens">Tokens of the source.</param>
internal readonly record struct TextCut(string Text, int ReadTokens, int SourceTokens)
{
    /// <summary>Whether something was left out.</summary>
    public bool IsCut => ReadTokens < SourceTokens;
}
