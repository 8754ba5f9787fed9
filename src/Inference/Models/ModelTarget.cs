namespace Pipeline.Inference.Models;

/// <summary>The kind of machine that a model was imported for.</summary>
public enum ModelTarget
{
    /// <summary>Any CPU.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU, by a build with <c>-p:Accelerator=cuda</c>.</summary>
    Cuda,
}
