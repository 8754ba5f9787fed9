using System.Collections.Immutable;

namespace Pipeline.Inference.Models;

/// <summary>Where a model came from.</summary>
/// <param name="Folder">Name of the folder, without its path.</param>
/// <param name="Files">SHA-256 of every file that was read, by name.</param>
/// <param name="License">As the folder's README states it, when it does.</param>
public sealed record ModelSource(string Folder, ImmutableSortedDictionary<string, string> Files, string? License);
