namespace Pipeline.Storage.Search;

/// <summary>What a tenant's documents can be told apart by.</summary>
public enum DocumentGroup
{
    /// <summary>Where they came from.</summary>
    Source,

    /// <summary>What they are filed under.</summary>
    Category,
}
