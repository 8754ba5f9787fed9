namespace Pipeline.Storage.Vectors;

/// <summary>What a build is going to do, known before it begins.</summary>
/// <param name="Vectors">Source texts that will be indexed.</param>
/// <param name="GraphBytes">Memory that the whole graph needs, estimated.</param>
/// <param name="MemoryBytes">The <c>maintenance_work_mem</c> that the build gets.</param>
/// <param name="IsParallel">False where pgvector has faults in parallel builds.</param>
public sealed record VectorIndexPlan(long Vectors, long GraphBytes, long MemoryBytes, bool IsParallel)
{
    private const long Mebi = 1024 * 1024;
    private const long LeastMemory = 64 * Mebi;

    // Per element, with the default of 16 neighbours: 32 of them on the lowest layer at 16 bytes each, the element itself, and a
    // share of the layers above. Measured: 2.8 kB in all for 1024 dimensions of half precision.
    private const int GraphOverheadBytes = 760;

    /// <summary>The graph's memory and a tenth more, at least 64 MiB, at most the limit, in whole MiB.</summary>
    public static VectorIndexPlan Create(long vectors, int dimensions, long memoryLimitBytes, bool isParallel)
    {
        var graph = vectors * ((2L * dimensions) + GraphOverheadBytes);
        var wanted = Math.Max(LeastMemory, graph + (graph / 10));
        var memory = Math.Min(wanted, memoryLimitBytes);
        return new VectorIndexPlan(vectors, graph, Math.Max(1, memory / Mebi) * Mebi, isParallel);
    }

    /// <summary>The graph will not fit: from there on every vector is inserted through the disk, several times slower.</summary>
    public bool Spills => GraphBytes > MemoryBytes;
}
