using System.Buffers;
using System.Collections.Immutable;

namespace Pipeline.Inference.Checkpoints;

/// <summary>A tensor and where its elements lie. Made only after the range was checked to be inside the file.</summary>
/// <param name="File">The file that holds it.</param>
/// <param name="Info">Name, type and shape.</param>
/// <param name="Offset">Position of the first element in the file, in bytes.</param>
/// <param name="Strides">For each dimension the distance between neighbours, in elements; empty when they lie in row-major order.</param>
internal sealed record StoredTensor(WeightsFile File, TensorInfo Info, long Offset, ImmutableArray<long> Strides)
{
    private const int PieceBytes = 1 << 16;

    /// <summary>Reads elements in row-major order. The range was checked.</summary>
    public void Read(long first, Span<float> destination)
    {
        if (Strides.IsEmpty)
        {
            ReadRun(first, destination);
            return;
        }

        // Rows that lie in one piece are read in one piece; where neighbours are apart, each element is a read of its own. That is slow
        // (a microsecond each) but needs no memory, and such tensors are small and rare in weights files.
        var last = Info.Shape.Length - 1;
        while (!destination.IsEmpty)
        {
            var run = Strides[last] == 1 ? (int)Math.Min(Info.Shape[last] - (first % Info.Shape[last]), destination.Length) : 1;
            ReadRun(Position(first), destination[..run]);
            destination = destination[run..];
            first += run;
        }
    }

    /// <summary>Where an element lies, in elements from the tensor's first.</summary>
    private long Position(long index)
    {
        var position = 0L;
        for (var dimension = Info.Shape.Length - 1; dimension >= 0; dimension--)
        {
            (index, var coordinate) = Math.DivRem(index, Info.Shape[dimension]);
            position += coordinate * Strides[dimension];
        }

        return position;
    }

    private void ReadRun(long position, Span<float> destination)
    {
        var size = Info.Type.Size();
        var offset = Offset + (position * size);
        var pieceElements = Math.Min(PieceBytes / size, destination.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(pieceElements * size, 1));
        try
        {
            while (!destination.IsEmpty)
            {
                var count = Math.Min(pieceElements, destination.Length);
                var bytes = buffer.AsSpan(0, count * size);
                File.Read(offset, bytes);
                if (!ElementConversion.TryToSingle(Info.Type, bytes, destination[..count]))
                {
                    throw File.TensorFault(Info.Name, "holds a Float64 beyond the range of float32. Convert the checkpoint to float32.");
                }

                offset += bytes.Length;
                destination = destination[count..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
