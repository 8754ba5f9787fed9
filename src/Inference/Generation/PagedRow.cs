namespace Pipeline.Inference.Generation;

/// <summary>A row of a <see cref="PagedCache"/>.</summary>
internal sealed class PagedRow
{
    /// <summary>Its blocks, in order.</summary>
    public List<int> Blocks { get; } = [];

    /// <summary>Its tokens.</summary>
    public int Length { get; set; }
}
