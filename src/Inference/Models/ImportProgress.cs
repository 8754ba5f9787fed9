namespace Pipeline.Inference.Models;

/// <summary>How far an import is.</summary>
/// <param name="Step">What is being done: <c>reading</c>, <c>writing</c> or <c>checking</c>.</param>
/// <param name="Bytes">Bytes done in this step.</param>
/// <param name="TotalBytes">Bytes of the step; 0 while unknown.</param>
public readonly record struct ImportProgress(string Step, long Bytes, long TotalBytes);
