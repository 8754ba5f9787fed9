using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Attention;
using Pipeline.Inference.Kernels;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Onnx.Custom;

/// <summary>The operators of our own, as ONNX Runtime knows them. They live as long as the process.</summary>
internal static unsafe class CustomDomain
{
    /// <summary>The domain in the graphs.</summary>
    public const string Name = "pipeline";

    private const int AnyVersion = int.MaxValue;
    private const int OptionalTensor = 1;

    private static readonly Lazy<IntPtr> Domain = new(() => Create(
        Name, new CachedAttention(), new ChooseBest(DataType.Float), new ChooseBest(DataType.Float16), new NormalizeRows(), new QuantizeRows(), new ScaleRows(),
        new SpreadColumns(), new AlibiAttention(), new AlibiAttention(cache: DataType.Int8), new BiasGelu(), new TextAttention()));

    private static readonly Lazy<IntPtr> ForGpus = new(() => Create(
        Name, new ChooseBest(DataType.Float16, ModelTarget.Cuda), new AlibiAttention(ModelTarget.Cuda), new AlibiAttention(ModelTarget.Cuda, DataType.Int8),
        new BiasGelu(ModelTarget.Cuda), new TextAttention(ModelTarget.Cuda)));

    private static readonly IntPtr CudaProvider = Marshal.StringToCoTaskMemUTF8("CUDAExecutionProvider");

    private static readonly Lazy<IntPtr> StandIns = new(() => Create(
        GraphBuilder.Microsoft, new PagedAttention(), new PackedAttention<Half>(DataType.Float16), new PackedAttention<float>(DataType.Float)));

    /// <summary>Lets a session use the operators that run where it does.</summary>
    public static void AddTo(SessionOptions options, ModelTarget target) =>
        OrtApi.AddDomain(options.DangerousGetHandle(), target == ModelTarget.Cuda ? ForGpus.Value : Domain.Value);

    /// <summary>Lets a session on a CPU run what ONNX Runtime itself has for GPUs alone.</summary>
    public static void AddStandInsTo(SessionOptions options) => OrtApi.AddDomain(options.DangerousGetHandle(), StandIns.Value);

    /// <summary>Makes a domain, for <see cref="OrtApi.AddDomain"/>.</summary>
    public static IntPtr Create(string name, params CustomOperator[] operators)
    {
        var domain = OrtApi.CreateDomain(name);
        foreach (var op in operators)
        {
            OrtApi.AddOperator(domain, Describe(op));
        }

        return domain;
    }

    private static NativeOperator* Describe(CustomOperator op)
    {
        var native = (NativeOperator*)NativeMemory.AllocZeroed((nuint)sizeof(NativeOperator));
        *native = new()
        {
            Version = OrtApi.Version,
            GetName = &GetName,
            GetExecutionProviderType = &GetExecutionProviderType,
            GetInputType = &GetInputType,
            GetInputTypeCount = &GetInputTypeCount,
            GetOutputType = &GetOutputType,
            GetOutputTypeCount = &GetOutputTypeCount,
            KernelDestroy = &Destroy,
            GetInputCharacteristic = &GetInputCharacteristic,
            GetOutputCharacteristic = &GetOutputCharacteristic,
            GetInputMemoryType = &GetInputMemoryType,
            CreateKernelV2 = &CreateKernel,
            KernelComputeV2 = &Compute,
            GetStartVersion = &GetStartVersion,
            GetEndVersion = &GetEndVersion,
            Handle = GCHandle.ToIntPtr(GCHandle.Alloc(new Named(op, Marshal.StringToCoTaskMemUTF8(op.Name)))),
        };
        return native;
    }

    private static Named Managed(NativeOperator* native) => (Named)GCHandle.FromIntPtr(native->Handle).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static IntPtr GetName(NativeOperator* native) => Managed(native).Name;

    // Null is the CPU.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static IntPtr GetExecutionProviderType(NativeOperator* native) =>
        Managed(native).Operator.Target == ModelTarget.Cuda ? CudaProvider : IntPtr.Zero;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetInputType(NativeOperator* native, nuint index) => (int)Managed(native).Operator.Inputs[(int)index];

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nuint GetInputTypeCount(NativeOperator* native) => (nuint)Managed(native).Operator.Inputs.Length;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetOutputType(NativeOperator* native, nuint index) => (int)Managed(native).Operator.Outputs[(int)index];

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nuint GetOutputTypeCount(NativeOperator* native) => (nuint)Managed(native).Operator.Outputs.Length;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetInputCharacteristic(NativeOperator* native, nuint index) =>
        Managed(native).Operator.IsOptional((int)index) ? OptionalTensor : 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetOutputCharacteristic(NativeOperator* native, nuint index) => 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetInputMemoryType(NativeOperator* native, nuint index) => 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetStartVersion(NativeOperator* native) => 1;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetEndVersion(NativeOperator* native) => AnyVersion;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static IntPtr CreateKernel(NativeOperator* native, IntPtr api, IntPtr info, IntPtr* kernel)
    {
        try
        {
            *kernel = GCHandle.ToIntPtr(GCHandle.Alloc(Managed(native).Operator.Create(new KernelAttributes(info))));
            return IntPtr.Zero;
        }
        catch (Exception exception)
        {
            // Nothing may leave through native frames; opening the session throws what this says.
            return OrtApi.Error(exception.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static IntPtr Compute(IntPtr kernel, IntPtr context)
    {
        try
        {
            ((ICustomKernel)GCHandle.FromIntPtr(kernel).Target!).Compute(new KernelCall(context));
            return IntPtr.Zero;
        }
        catch (Exception exception)
        {
            // As above: the run throws what this says.
            return OrtApi.Error(exception.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Destroy(IntPtr kernel) => GCHandle.FromIntPtr(kernel).Free();

    private sealed record Named(CustomOperator Operator, IntPtr Name);
}
