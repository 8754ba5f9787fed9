namespace Pipeline.Inference.Models;

/// <summary>How a model's matrices are stored; vectors (biases, norms) are float32 always.</summary>
public enum ModelPrecision
{
    /// <summary>float32, the reference.</summary>
    Fp32,

    /// <summary>float16; on a CPU the arithmetic is float32.</summary>
    Fp16,

    /// <summary>8-bit integers with scales.</summary>
    Int8,

    /// <summary>4-bit integers with scales.</summary>
    Int4,
}
