using System.Collections.Immutable;
using Pipeline.Inference.Checkpoints;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// A matrix put together from ranges of rows of a checkpoint's tensors, read in pieces. A vector is a matrix with one column. This is how
/// queries, keys and values that a checkpoint keeps apart, or interleaves, become the one matrix that the fused attention takes.
/// </summary>
internal sealed class TensorRows
{
    private const int PieceElements = 1 << 18;
    private readonly ICheckpoint _checkpoint;
    private readonly ImmutableArray<Range> _ranges;

    /// <summary>Makes a matrix.</summary>
    /// <param name="name">Its name in the graph.</param>
    /// <param name="checkpoint">Where the tensors are.</param>
    /// <param name="columns">Elements of a row in every tensor.</param>
    /// <param name="ranges">In the order of the matrix.</param>
    public TensorRows(string name, ICheckpoint checkpoint, long columns, IEnumerable<Range> ranges)
    {
        Name = name;
        Columns = columns;
        _checkpoint = checkpoint;
        _ranges = [.. ranges];
        Rows = _ranges.Sum(range => range.Count);
    }

    /// <summary>Its name in the graph.</summary>
    public string Name { get; }

    /// <summary>Rows: for a linear layer its outputs.</summary>
    public long Rows { get; }

    /// <summary>Columns: for a linear layer its inputs.</summary>
    public long Columns { get; }

    /// <summary>Reads consecutive rows.</summary>
    /// <param name="firstRow">From 0.</param>
    /// <param name="destination">A whole number of rows.</param>
    public void Read(long firstRow, Span<float> destination)
    {
        foreach (var range in _ranges)
        {
            if (firstRow < range.Count)
            {
                var rows = Math.Min(range.Count - firstRow, destination.Length / Columns);
                var piece = destination[..(int)(rows * Columns)];
                _checkpoint.Read(range.Tensor, (range.First + firstRow) * Columns, piece);
                destination = destination[piece.Length..];
                firstRow += rows;
            }

            if (destination.IsEmpty)
            {
                return;
            }

            firstRow -= range.Count;
        }

        throw new ArgumentOutOfRangeException(nameof(destination), $"'{Name}' has {Rows} rows.");
    }

    /// <summary>Calls <paramref name="take"/> with all rows in pieces of whole rows.</summary>
    public void ReadAll(Action<ReadOnlySpan<float>> take)
    {
        var rowsOfPiece = Math.Clamp(PieceElements / Columns, 1, Rows);
        var buffer = new float[rowsOfPiece * Columns];
        for (var row = 0L; row < Rows; row += rowsOfPiece)
        {
            var piece = buffer.AsSpan(0, (int)(Math.Min(rowsOfPiece, Rows - row) * Columns));
            Read(row, piece);
            take(piece);
        }
    }

    /// <summary>Rows of one tensor.</summary>
    internal readonly record struct Range(TensorInfo Tensor, long First, long Count);
}
