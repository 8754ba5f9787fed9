namespace Pipeline.Inference.Tokenization.Splitting;

/// <summary>Which pieces get a space in front when they have none.</summary>
internal enum PrefixScheme
{
    Never,

    /// <summary>Only a piece at the very start of the text.</summary>
    First,

    Always,
}
