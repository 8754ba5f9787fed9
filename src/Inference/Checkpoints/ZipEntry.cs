namespace Pipeline.Inference.Checkpoints;

/// <summary>A stored entry of a zip file.</summary>
/// <param name="Name">Its name, with '/' between folders.</param>
/// <param name="Offset">Position of its first byte in the file.</param>
/// <param name="Length">Its bytes.</param>
internal readonly record struct ZipEntry(string Name, long Offset, long Length);
