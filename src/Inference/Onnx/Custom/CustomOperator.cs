using System.Collections.Immutable;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Onnx.Custom;

/// <summary>An operator of our own, run by ONNX Runtime like its own ones: on the CPU, or on the GPU with tensors that lie there.</summary>
/// <param name="name">In the domain <see cref="CustomDomain.Name"/>.</param>
/// <param name="inputs">Types of the inputs, in order.</param>
/// <param name="optional">How many of them, from the end, may be left out.</param>
/// <param name="outputs">Types of the outputs, in order.</param>
/// <param name="target">Where it runs.</param>
internal abstract class CustomOperator(
    string name, ImmutableArray<DataType> inputs, int optional, ImmutableArray<DataType> outputs, ModelTarget target = ModelTarget.Cpu)
{
    public string Name => name;

    public ModelTarget Target => target;

    public ImmutableArray<DataType> Inputs => inputs;

    public ImmutableArray<DataType> Outputs => outputs;

    public bool IsOptional(int input) => input >= inputs.Length - optional;

    /// <summary>Makes what runs one node of a graph; called when a session is opened.</summary>
    public abstract ICustomKernel Create(KernelAttributes attributes);
}
