namespace Pipeline.Inference.Models;

/// <summary>What to import, and how.</summary>
public sealed record ImportRequest
{
    /// <summary>The folder as it was downloaded.</summary>
    public required string Folder { get; init; }

    /// <summary>Name of the model; null takes the folder's.</summary>
    public string? Name { get; init; }

    /// <summary>How matrices are stored.</summary>
    public ModelPrecision Precision { get; init; } = ModelPrecision.Fp32;

    /// <summary>The machine to run on.</summary>
    public ModelTarget Target { get; init; } = ModelTarget.Cpu;

    /// <summary>
    /// <see cref="ModelPrecision.Int8"/> for keys and values of 8 bits, which BLOOM can have that generates on GPUs; null leaves them as the graph makes them.
    /// </summary>
    public ModelPrecision? Cache { get; init; }

    /// <summary>The folder holds an ONNX export, which is taken instead of weights.</summary>
    public bool Onnx { get; init; }

    /// <summary>
    /// A UTF-8 file of texts, one a line: a generator in int8 or int4 chooses only among the tokens that occur in them, and some that every text may need.
    /// Null for all tokens.
    /// </summary>
    public string? Shortlist { get; init; }

    /// <summary>Pooling of an embedder whose folder names none; null takes the first token's vector.</summary>
    public PoolingMode? Pooling { get; init; }
}
