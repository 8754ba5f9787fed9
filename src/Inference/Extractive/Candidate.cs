namespace Pipeline.Inference.Extractive;

/// <summary>A contiguous part of a source.</summary>
/// <param name="Start">Index of its first character.</param>
/// <param name="End">Index behind its last character.</param>
/// <param name="Score">How well it stands for the whole.</param>
/// <param name="IsWhole">Whether it ends where a clause ends.</param>
internal readonly record struct Candidate(int Start, int End, double Score, bool IsWhole);
