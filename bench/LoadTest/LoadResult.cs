namespace Pipeline.LoadTest;

/// <summary>What one run took and left behind.</summary>
/// <param name="Documents">Work orders submitted.</param>
/// <param name="Stages">Rows through each stage, and seconds from the start until the last of them.</param>
/// <param name="Processes">What each process or server used.</param>
/// <param name="Tables">What lies in the database afterwards, largest first.</param>
/// <param name="Index">The ANN index over the source texts, built after the load.</param>
internal sealed record LoadResult(
    int Documents,
    IReadOnlyList<StageTime> Stages,
    IReadOnlyList<ResourceUse> Processes,
    IReadOnlyList<TableSize> Tables,
    IndexBuild Index)
{
    /// <summary>Until everything is scored.</summary>
    public double Seconds => Stages[^1].Seconds;
}

/// <param name="Name">The stage.</param>
/// <param name="Rows">Rows that went through it.</param>
/// <param name="Seconds">Seconds from the start of the submission.</param>
internal sealed record StageTime(string Name, long Rows, double Seconds);

/// <param name="Name">The process, or all processes of a server.</param>
/// <param name="CpuSeconds">User and system time.</param>
/// <param name="PeakMegabytes">Peak resident memory; of a server the proportional share of all its processes.</param>
internal sealed record ResourceUse(string Name, double CpuSeconds, double PeakMegabytes);

/// <param name="Name">The table.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="HeapMegabytes">Without indexes.</param>
/// <param name="IndexMegabytes">All its indexes.</param>
internal sealed record TableSize(string Name, long Rows, double HeapMegabytes, double IndexMegabytes);

/// <param name="Vectors">Vectors of source texts.</param>
/// <param name="Seconds">Time of the build.</param>
/// <param name="Megabytes">Size of the index.</param>
/// <param name="PeakMegabytes">Peak memory of PostgreSQL during the build, all processes.</param>
internal sealed record IndexBuild(long Vectors, double Seconds, double Megabytes, double PeakMegabytes);
