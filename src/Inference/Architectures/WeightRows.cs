using System.Collections.Immutable;
using Pipeline.Inference.Checkpoints;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// A matrix put together from ranges of rows of a checkpoint's tensors, read in pieces; a vector is a matrix with one column. This is how
/// queries, keys and values that a checkpoint keeps apart, or interleaves, become the one matrix that the fused attention takes.
/// </summary>
internal sealed class WeightRows
{
    private readonly RowReader _read;

    private WeightRows(string name, long rows, long columns, RowReader read) => (Name, Rows, Columns, _read) = (name, rows, columns, read);

    private delegate void RowReader(long firstRow, Span<float> destination);

    /// <summary>Its name in the graph.</summary>
    public string Name { get; }

    /// <summary>Rows: for a linear layer its outputs.</summary>
    public long Rows { get; }

    /// <summary>Columns: for a linear layer its inputs.</summary>
    public long Columns { get; }

    /// <summary>A tensor as it is.</summary>
    public static WeightRows Of(ModelTensors tensors, string name, long rows, long columns) =>
        FromRanges(name, columns, tensors, [(Require(tensors, name, rows, columns), 0, rows)]);

    /// <summary>Tensors one below the other.</summary>
    /// <param name="tensors">The checkpoint.</param>
    /// <param name="name">Of the whole.</param>
    /// <param name="columns">Of each; 1 for vectors.</param>
    /// <param name="parts">Name and rows of each.</param>
    public static WeightRows Stack(ModelTensors tensors, string name, long columns, params ReadOnlySpan<(string Name, long Rows)> parts)
    {
        var ranges = ImmutableArray.CreateBuilder<(TensorInfo, long, long)>();
        foreach (var part in parts)
        {
            ranges.Add((Require(tensors, part.Name, part.Rows, columns), 0, part.Rows));
        }

        return FromRanges(name, columns, tensors, ranges.ToImmutable());
    }

    /// <summary>
    /// A tensor whose rows are groups of blocks, reordered: the first block of every group, then the second of every group, and so on.
    /// </summary>
    /// <param name="tensors">The checkpoint.</param>
    /// <param name="name">The tensor.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="blocks">Blocks of a group.</param>
    /// <param name="blockRows">Rows of a block.</param>
    /// <param name="columns">1 for a vector.</param>
    public static WeightRows Deinterleave(ModelTensors tensors, string name, int groups, int blocks, long blockRows, long columns)
    {
        var tensor = Require(tensors, name, groups * blocks * blockRows, columns);
        var ranges =
            from block in Enumerable.Range(0, blocks)
            from @group in Enumerable.Range(0, groups)
            select (tensor, ((@group * blocks) + block) * blockRows, blockRows);
        return FromRanges(name, columns, tensors, [.. ranges]);
    }

    /// <summary>Some of its rows.</summary>
    /// <param name="rows">Ascending.</param>
    public WeightRows Select(int[] rows) => new($"{Name}.shortlist", rows.Length, Columns, (firstRow, destination) =>
    {
        // Neighbours are read together.
        for (var (i, end) = ((int)firstRow, (int)firstRow + (int)(destination.Length / Columns)); i < end;)
        {
            var count = 1;
            while (i + count < end && rows[i + count] == rows[i] + count)
            {
                count++;
            }

            Read(rows[i], destination[..(int)(count * Columns)]);
            destination = destination[(int)(count * Columns)..];
            i += count;
        }
    });

    /// <summary>Consecutive rows as a matrix with a name of its own.</summary>
    public WeightRows Slice(string name, long first, long count) =>
        new(name, count, Columns, (firstRow, destination) => Read(first + firstRow, destination));

    /// <summary>This with rows of zeros behind every so many rows.</summary>
    /// <param name="block">Divides <see cref="Rows"/>.</param>
    /// <param name="zeros">Rows of zeros behind each block.</param>
    public WeightRows PadRows(int block, int zeros)
    {
        if (zeros == 0)
        {
            return this;
        }

        var wide = block + zeros;
        return new($"{Name}.padded", Rows / block * wide, Columns, (firstRow, destination) =>
        {
            while (!destination.IsEmpty)
            {
                var (group, row) = Math.DivRem(firstRow, wide);
                var end = row < block ? block : wide;
                var piece = destination[..(int)Math.Min(destination.Length, (end - row) * Columns)];
                if (row < block)
                {
                    Read((group * block) + row, piece);
                }
                else
                {
                    piece.Clear();
                }

                destination = destination[piece.Length..];
                firstRow += piece.Length / Columns;
            }
        });
    }

    /// <summary>This with columns of zeros behind every so many columns.</summary>
    /// <param name="block">Divides <see cref="Columns"/>.</param>
    /// <param name="zeros">Columns of zeros behind each block.</param>
    public WeightRows PadColumns(int block, int zeros)
    {
        if (zeros == 0)
        {
            return this;
        }

        var wide = Columns / block * (block + zeros);
        return new($"{Name}.padded", Rows, wide, (firstRow, destination) =>
        {
            var narrow = new float[destination.Length / wide * Columns];
            Read(firstRow, narrow);
            destination.Clear();
            for (var i = 0; i < narrow.Length / block; i++)
            {
                narrow.AsSpan(i * block, block).CopyTo(destination[(i * (block + zeros))..]);
            }
        });
    }

    /// <summary>Reads consecutive rows.</summary>
    /// <param name="firstRow">From 0.</param>
    /// <param name="destination">A whole number of rows.</param>
    public void Read(long firstRow, Span<float> destination) => _read(firstRow, destination);

    private static WeightRows FromRanges(
        string name, long columns, ModelTensors tensors, ImmutableArray<(TensorInfo Tensor, long First, long Count)> ranges) =>
        new(name, ranges.Sum(range => range.Count), columns, (firstRow, destination) =>
        {
            foreach (var (tensor, first, count) in ranges)
            {
                if (firstRow < count)
                {
                    var piece = destination[..(int)Math.Min(destination.Length, (count - firstRow) * columns)];
                    tensors.Read(tensor, (first + firstRow) * columns, piece);
                    destination = destination[piece.Length..];
                }

                firstRow = Math.Max(0, firstRow - count);
            }

            ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, 0);
        });

    private static TensorInfo Require(ModelTensors tensors, string name, long rows, long columns) =>
        columns == 1 ? tensors.Require(name, rows) : tensors.Require(name, rows, columns);
}
