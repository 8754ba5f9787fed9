namespace Pipeline.Inference.Tokenization.Splitting;

/// <summary>Cuts pieces of text into smaller ones; the model sees each alone.</summary>
internal interface IPreTokenizer
{
    /// <summary>Starts <paramref name="target"/> again and fills it with the pieces of <paramref name="source"/>.</summary>
    void Split(Pieces source, Pieces target);
}
