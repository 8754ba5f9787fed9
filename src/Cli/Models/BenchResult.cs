namespace Pipeline.Cli.Models;

/// <summary>What one batch size gave.</summary>
/// <param name="Runs">Runs that were timed.</param>
/// <param name="DocumentsPerSecond">Texts a second.</param>
/// <param name="MemoryBytes">The process's memory at its highest so far, weights that are mapped from the disk included.</param>
internal readonly record struct BenchResult(int Runs, double DocumentsPerSecond, long MemoryBytes);
