using System.ComponentModel.DataAnnotations;

namespace Pipeline.Inference;

/// <summary>How models that were imported for a GPU run. Section <c>Pipeline:Cuda</c>.</summary>
public sealed class CudaOptions
{
    /// <summary>Where there is no GPU, or the build is not for one, such models run on the CPU instead of being refused. Slow.</summary>
    public bool AllowCpu { get; set; }

    /// <summary>
    /// A generator's steps are recorded once for each number of texts and repeated as a whole (CUDA graphs): a GPU does them faster than it can be told of them one
    /// operator at a time. Turn it off when a driver has trouble with it.
    /// </summary>
    public bool RepeatSteps { get; set; } = true;

    /// <summary>Most texts that a generator works on together.</summary>
    /// <value>1 to 1024. The default is 512.</value>
    [Range(1, 1024)]
    public int MaxRows { get; set; } = 512;

    /// <summary>
    /// Part of the GPU's memory that is free after loading the model which keys and values may take. While rows grow, the old and the new
    /// memory exist together. Where the memory turns out to be taken by others, half as much is used from then on.
    /// </summary>
    /// <value>0.05 to 0.9. The default is 0.45.</value>
    [Range(0.05, 0.9)]
    public double CacheShare { get; set; } = 0.45;
}
