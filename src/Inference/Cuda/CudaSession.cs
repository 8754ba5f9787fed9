namespace Pipeline.Inference.Cuda;

/// <summary>How a session runs on a GPU.</summary>
/// <param name="Stream">The CUDA stream that it runs on.</param>
/// <param name="Repeats">Whether it is to repeat runs as they are (CUDA graphs).</param>
internal sealed record CudaSession(IntPtr Stream, bool Repeats);
