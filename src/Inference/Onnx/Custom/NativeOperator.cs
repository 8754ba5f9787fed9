using System.Runtime.InteropServices;

namespace Pipeline.Inference.Onnx.Custom;

/// <summary>
/// <c>OrtCustomOp</c> of ONNX Runtime's C interface in its version 1.17, with a handle of ours behind it: what an operator is asked by its name, in order.
/// Functions that are null are not asked.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeOperator
{
    public nuint Version;
    public IntPtr CreateKernel;
    public delegate* unmanaged[Cdecl]<NativeOperator*, IntPtr> GetName;
    public delegate* unmanaged[Cdecl]<NativeOperator*, IntPtr> GetExecutionProviderType;
    public delegate* unmanaged[Cdecl]<NativeOperator*, nuint, int> GetInputType;
    public delegate* unmanaged[Cdecl]<NativeOperator*, nuint> GetInputTypeCount;
    public delegate* unmanaged[Cdecl]<NativeOperator*, nuint, int> GetOutputType;
    public delegate* unmanaged[Cdecl]<NativeOperator*, nuint> GetOutputTypeCount;
    public IntPtr KernelCompute;
    public delegate* unmanaged[Cdecl]<IntPtr, void> KernelDestroy;
    public delegate* unmanaged[Cdecl]<NativeOperator*, nuint, int> GetInputCharacteristic;
    public delegate* unmanaged[Cdecl]<NativeOperator*, nuint, int> GetOutputCharacteristic;
    public delegate* unmanaged[Cdecl]<NativeOperator*, nuint, int> GetInputMemoryType;
    public IntPtr GetVariadicInputMinArity;
    public IntPtr GetVariadicInputHomogeneity;
    public IntPtr GetVariadicOutputMinArity;
    public IntPtr GetVariadicOutputHomogeneity;
    public delegate* unmanaged[Cdecl]<NativeOperator*, IntPtr, IntPtr, IntPtr*, IntPtr> CreateKernelV2;
    public delegate* unmanaged[Cdecl]<IntPtr, IntPtr, IntPtr> KernelComputeV2;
    public IntPtr InferOutputShape;
    public delegate* unmanaged[Cdecl]<NativeOperator*, int> GetStartVersion;
    public delegate* unmanaged[Cdecl]<NativeOperator*, int> GetEndVersion;

    /// <summary>The <see cref="CustomOperator"/>.</summary>
    public IntPtr Handle;
}
