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
    private const int LargestWindow = 32 << 20;

    // Reading an element by itself takes as long as reading about this many bytes in one piece.
    private const int BytesInTimeOfOneElement = 1024;

    /// <summary>Reads elements in row-major order. The range was checked.</summary>
    public void Read(long first, Span<float> destination)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        if (Strides.IsEmpty)
        {
            ReadRun(first, destination);
            return;
        }

        var (low, bytes) = Window(first, first + destination.Length - 1);
        if (bytes <= Math.Min(LargestWindow, (long)destination.Length * BytesInTimeOfOneElement))
        {
            ReadFromWindow(first, low, (int)bytes, destination);
        }
        else
        {
            ReadRuns(first, destination);
        }
    }

    /// <summary>The piece of the file in which all elements from one to another lie: its first element, and its bytes.</summary>
    private (long Low, long Bytes) Window(long first, long last)
    {
        var rowElements = Info.ElementCount / Info.Shape[0];
        var (firstRow, lastRow) = (first / rowElements, last / rowElements);
        var high = lastRow * Strides[0];
        for (var dimension = 1; dimension < Strides.Length; dimension++)
        {
            high += (Info.Shape[dimension] - 1) * Strides[dimension];
        }

        return (firstRow * Strides[0], (high - (firstRow * Strides[0]) + 1) * Info.Type.Size());
    }

    private void ReadFromWindow(long first, long low, int bytes, Span<float> destination)
    {
        var size = Info.Type.Size();
        var window = ArrayPool<byte>.Shared.Rent(bytes);
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            File.Read(Offset + (low * size), window.AsSpan(0, bytes));
            while (!destination.IsEmpty)
            {
                var count = Math.Min(PieceBytes / size, destination.Length);
                for (var i = 0; i < count; i++)
                {
                    window.AsSpan((int)(Position(first + i) - low) * size, size).CopyTo(piece.AsSpan(i * size));
                }

                Convert(piece.AsSpan(0, count * size), destination[..count]);
                first += count;
                destination = destination[count..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>Reads what lies in one piece in one piece, down to single elements. Slow, but takes no memory.</summary>
    private void ReadRuns(long first, Span<float> destination)
    {
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
        var buffer = ArrayPool<byte>.Shared.Rent(pieceElements * size);
        try
        {
            while (!destination.IsEmpty)
            {
                var count = Math.Min(pieceElements, destination.Length);
                var bytes = buffer.AsSpan(0, count * size);
                File.Read(offset, bytes);
                Convert(bytes, destination[..count]);
                offset += bytes.Length;
                destination = destination[count..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Convert(ReadOnlySpan<byte> bytes, Span<float> destination)
    {
        if (!ElementConversion.TryToSingle(Info.Type, bytes, destination))
        {
            throw File.TensorFault(Info.Name, "holds a Float64 beyond the range of float32. Convert the checkpoint to float32.");
        }
    }
}
