namespace Pipeline.Inference.Onnx.Custom;

/// <summary>Runs one node of a graph.</summary>
internal interface ICustomKernel
{
    /// <summary>Reads the inputs and writes the outputs. May be called by several threads at once.</summary>
    void Compute(KernelCall call);
}
