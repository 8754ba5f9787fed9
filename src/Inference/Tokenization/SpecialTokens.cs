namespace Pipeline.Inference.Tokenization;

/// <summary>What the strings of added tokens mean when they occur in a text.</summary>
public enum SpecialTokens
{
    /// <summary>
    /// Ordinary characters: a ticket that contains "&lt;/s&gt;" or "[SEP]" can't steer the model. No added token comes out, whether or not
    /// its file marks it as special; the unknown token still stands for characters that the vocabulary lacks.
    /// </summary>
    Plain,

    /// <summary>The tokens themselves, as the reference does it.</summary>
    Recognize,
}
