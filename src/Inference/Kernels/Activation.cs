namespace Pipeline.Inference.Kernels;

/// <summary>What follows a linear layer.</summary>
internal enum Activation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>x * Φ(x), by the error function.</summary>
    Gelu,

    /// <summary>GELU by its approximation with tanh.</summary>
    FastGelu,

    /// <summary>x * sigmoid(x).</summary>
    Silu,
}
