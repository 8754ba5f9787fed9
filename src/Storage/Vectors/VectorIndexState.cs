namespace Pipeline.Storage.Vectors;

/// <summary>Whether an embedder's vectors have an index.</summary>
public enum VectorIndexState
{
    /// <summary>There is none: a search reads every vector.</summary>
    None,

    /// <summary>One is being built.</summary>
    Building,

    /// <summary>Searches use it.</summary>
    Ready,

    /// <summary>A build broke off and left one that nothing uses; building again replaces it.</summary>
    Invalid,
}
