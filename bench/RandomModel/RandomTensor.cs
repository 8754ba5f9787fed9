namespace Pipeline.RandomModel;

/// <summary>What the elements of a tensor are.</summary>
internal enum Filling
{
    /// <summary>Normal with deviation 0.02, as weights are initialised.</summary>
    Normal,

    /// <summary>All 1, as the weight of a norm.</summary>
    One,

    /// <summary>All 0, as a bias.</summary>
    Zero,
}

/// <summary>A tensor of float16 to be written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Filling">Its elements.</param>
/// <param name="Shape">Its dimensions.</param>
internal sealed record RandomTensor(string Name, Filling Filling, params long[] Shape)
{
    /// <summary>Bytes of its elements.</summary>
    public long Bytes => 2 * Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>A weight [outputs, inputs] and a bias.</summary>
    public static IEnumerable<RandomTensor> Linear(string name, long outputs, long inputs) =>
        [new($"{name}.weight", Filling.Normal, outputs, inputs), new($"{name}.bias", Filling.Zero, outputs)];

    /// <summary>Weight and bias of a norm.</summary>
    public static IEnumerable<RandomTensor> Norm(string name, long size) =>
        [new($"{name}.weight", Filling.One, size), new($"{name}.bias", Filling.Zero, size)];
}
