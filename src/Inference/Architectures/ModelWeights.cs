using System.Collections.Immutable;
using Pipeline.Inference.Checkpoints;

namespace Pipeline.Inference.Architectures;

/// <summary>A model's tensors by the names of its architecture. Each may have one of the usual prefixes; what is not asked for is ignored.</summary>
internal sealed class ModelWeights(ICheckpoint checkpoint, params ImmutableArray<string> prefixes)
{
    /// <summary>Whether the checkpoint has the tensor.</summary>
    public bool Has(string name) => TryFind(name) is not null;

    /// <summary>A vector.</summary>
    /// <exception cref="CheckpointException">It is missing or has another shape.</exception>
    public TensorRows Vector(string name, long size) => new(name, checkpoint, 1, [new(Find(name, [size]), 0, size)]);

    /// <summary>A matrix as it is stored: a linear layer's outputs by its inputs.</summary>
    /// <exception cref="CheckpointException">It is missing or has another shape.</exception>
    public TensorRows Matrix(string name, long rows, long columns) => new(name, checkpoint, columns, [new(Find(name, [rows, columns]), 0, rows)]);

    /// <summary>Several matrices (or, with one column, vectors) one below the other.</summary>
    /// <param name="name">The name of the whole.</param>
    /// <param name="columns">Columns of each; 1 stacks vectors.</param>
    /// <param name="parts">Name and rows of each.</param>
    /// <exception cref="CheckpointException">One is missing or has another shape.</exception>
    public TensorRows Stacked(string name, long columns, params IEnumerable<(string Name, long Rows)> parts) => new(
        name, checkpoint, columns, parts.Select(part => new TensorRows.Range(Find(part.Name, Shape(part.Rows, columns)), 0, part.Rows)));

    /// <summary>
    /// A matrix (or vector) whose rows come as groups of <paramref name="parts"/> blocks, reordered: the first block of every group, then
    /// the second of every group, and so on.
    /// </summary>
    /// <param name="name">The tensor.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="parts">Blocks of a group.</param>
    /// <param name="blockRows">Rows of a block.</param>
    /// <param name="columns">1 for a vector.</param>
    /// <exception cref="CheckpointException">It is missing or has another shape.</exception>
    public TensorRows Deinterleaved(string name, int groups, int parts, int blockRows, long columns)
    {
        var tensor = Find(name, Shape((long)groups * parts * blockRows, columns));
        return new(
            name,
            checkpoint,
            columns,
            from part in Enumerable.Range(0, parts)
            from @group in Enumerable.Range(0, groups)
            select new TensorRows.Range(tensor, ((long)@group * parts + part) * blockRows, blockRows));
    }

    private static ImmutableArray<long> Shape(long rows, long columns) => columns == 1 ? [rows] : [rows, columns];

    private TensorInfo? TryFind(string name) => prefixes.Prepend(string.Empty)
        .Select(prefix => checkpoint.Tensors.GetValueOrDefault(prefix + name))
        .FirstOrDefault(tensor => tensor is not null);

    private TensorInfo Find(string name, ImmutableArray<long> shape)
    {
        var tensor = TryFind(name) ?? throw new CheckpointException(
            $"{Place()} has no tensor '{name}' (also not as {string.Join(", ", prefixes.Select(prefix => $"'{prefix}{name}'"))}). "
            + "The weights are incomplete, or config.json is that of another model.");
        return tensor.Shape.SequenceEqual(shape) ? tensor : throw new CheckpointException(
            $"{Place()}: tensor '{tensor.Name}' is [{string.Join(", ", tensor.Shape)}]; by config.json it should be [{string.Join(", ", shape)}]. "
            + "Weights and config.json belong to different models.");
    }

    private string Place() => checkpoint.Files.Count == 1 ? Path.GetFileName(checkpoint.Files[0]) : "The checkpoint";
}
