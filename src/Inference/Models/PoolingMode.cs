namespace Pipeline.Inference.Models;

/// <summary>How the vectors of a text's tokens become the vector of the text.</summary>
public enum PoolingMode
{
    /// <summary>The first token's vector.</summary>
    Cls,

    /// <summary>The mean over all tokens, special tokens included.</summary>
    Mean,

    /// <summary>The last token's vector: the only one of a decoder that has seen the whole text.</summary>
    Last,

    /// <summary>An imported graph does it itself, in a way that it does not tell.</summary>
    Graph,
}
