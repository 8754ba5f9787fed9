namespace Pipeline.Storage.Rows;

/// <summary>One immutable recipe: everything that shaped a result.</summary>
public sealed class RecipeRow
{
    /// <summary>Identity that every result row points at.</summary>
    public int Id { get; init; }

    /// <summary>The name users give; the newest row of a name is the current one.</summary>
    public required string Name { get; init; }

    /// <summary><c>embed</c> or <c>summarize</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>The engine that runs it.</summary>
    public required string Engine { get; init; }

    /// <summary>Canonical JSON of the definition; its SHA-256 is <see cref="Sha256"/>.</summary>
    public required string Definition { get; init; }

    /// <summary>SHA-256 of the canonical definition, 32 bytes.</summary>
    public required byte[] Sha256 { get; init; }

    /// <summary>Vector dimensions of an embedder.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Seconds of work per text, which size the chunks: an estimate until the first chunk is done, from then on what the workers measure.</summary>
    public float SecondsPerText { get; init; }
}
