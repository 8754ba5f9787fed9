namespace Pipeline.Inference.Tokenization.Normalizing;

/// <summary>Rewrites a text before it is cut into pieces.</summary>
internal interface INormalizer
{
    /// <summary>Appends the normalized form of <paramref name="source"/> to the empty <paramref name="target"/>.</summary>
    void Normalize(AlignedText source, AlignedText target);
}
