namespace Pipeline.Inference.Models;

/// <summary>One model of a store.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Size of its files.</param>
/// <param name="Manifest">What it is; null when the manifest can't be read.</param>
/// <param name="Problem">Why it can't be read, and the remedy; null when it can.</param>
public sealed record ModelListing(string Name, long Bytes, ModelManifest? Manifest, string? Problem);
