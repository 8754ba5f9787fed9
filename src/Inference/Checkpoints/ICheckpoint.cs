namespace Pipeline.Inference.Checkpoints;

/// <summary>The tensors of a model's weights files, read in pieces: memory stays bounded whatever the size. Safe to share between threads.</summary>
public interface ICheckpoint : IDisposable
{
    /// <summary>Every tensor by its name, all checked against the files: reading one can fail only when a file changes meanwhile.</summary>
    IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Absolute paths of the files it was read from, an index included, in a fixed order.</summary>
    IReadOnlyList<string> Files { get; }

    /// <summary>
    /// Reads consecutive elements of a tensor in row-major order as float32. Float32, Float16, BFloat16 and integers of up to 16 bits are
    /// exact, not-a-number keeps its payload; Float64, Int32 and Int64 give the nearest float32.
    /// </summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <param name="firstElement">Row-major index of the first element, from 0.</param>
    /// <param name="destination">Its length is the number of elements to read.</param>
    /// <exception cref="CheckpointException">The file changed or vanished, or a finite Float64 lies beyond the range of float32.</exception>
    /// <exception cref="ArgumentException">The tensor is not of this checkpoint, or the range is not inside it.</exception>
    void Read(TensorInfo tensor, long firstElement, Span<float> destination);
}
