namespace Pipeline.Inference.Tokenization.Vocabularies;

/// <summary>Cuts one piece of text into tokens of a vocabulary.</summary>
internal interface ISubwordModel
{
    /// <summary>Appends the tokens of a piece.</summary>
    /// <param name="text">Normalized text.</param>
    /// <param name="piece">A range of it, not empty.</param>
    /// <param name="plain">Whether added tokens may not come out, though they are part of the vocabulary.</param>
    /// <param name="tokens">Where the tokens go, with their source.</param>
    void Tokenize(AlignedText text, TextSpan piece, bool plain, TokenBuffer tokens);
}
