using System.Runtime.InteropServices;
using Pipeline.Inference.Generation.Memory;

namespace Pipeline.Inference.Cuda;

/// <summary>
/// A kernel of kernels.cu or hopper.cu, which the driver compiles for the card from the PTX that lies in this assembly. Loaded once, for as long as the process.
/// </summary>
internal sealed unsafe partial class CudaKernel
{
    /// <summary>Ends the names of kernels that only cards of compute capability 9.0 (Hopper) can run.</summary>
    public const string HopperSuffix = "_hopper";

    private const int HopperMajor = 9;
    private const int HopperMinor = 0;

    private static readonly Lazy<IntPtr> Module = new(() => LoadModule(Resource("kernels")));
    private static readonly Lazy<IntPtr> HopperModule = new(() => LoadModule(Resource("hopper")));

    private readonly IntPtr _function;

    private CudaKernel(IntPtr function) => _function = function;

    /// <summary>Whether the GPU takes kernels for Hopper.</summary>
    /// <exception cref="InvalidOperationException">CUDA does not say.</exception>
    public static bool IsHopper
    {
        get
        {
            // Opens the device.
            _ = Module.Value;
            return Attribute(CudaRuntime.ComputeCapabilityMajor) == HopperMajor && Attribute(CudaRuntime.ComputeCapabilityMinor) == HopperMinor;
        }
    }

    /// <summary>The PTX in this assembly that was made from a source.</summary>
    /// <param name="source">kernels or hopper.</param>
    public static string Resource(string source) => $"Pipeline.Inference.Cuda.{source}.ptx";

    /// <summary>Finds a kernel.</summary>
    /// <param name="name">Its name in the source.</param>
    /// <exception cref="InvalidOperationException">The driver does not take it.</exception>
    public static CudaKernel Load(string name)
    {
        var module = name.EndsWith(HopperSuffix, StringComparison.Ordinal) ? HopperModule : Module;
        Check(ModuleGetFunction(out var function, module.Value, name), $"find {name}");
        return new(function);
    }

    /// <summary>Starts it, behind what the stream was given before.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="width">Blocks of threads side by side.</param>
    /// <param name="height">And on top of each other.</param>
    /// <param name="threads">Threads of a block.</param>
    /// <param name="arguments">Addresses, int and float, as the kernel declares them.</param>
    public void Launch(IntPtr stream, long width, long height, int threads, params ReadOnlySpan<CudaArgument> arguments)
    {
        if (width == 0 || height == 0)
        {
            return;
        }

        var values = stackalloc long[arguments.Length];
        var places = stackalloc void*[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            values[i] = arguments[i].Bits;
            places[i] = values + i;
        }

        Check(LaunchKernel(_function, (uint)width, (uint)height, 1, (uint)threads, 1, 1, 0, stream, places, null), "start a kernel");
    }

    private static IntPtr LoadModule(string resource)
    {
        using var stream = typeof(CudaKernel).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly has no {resource}.");
        // With a zero behind it.
        var text = new byte[stream.Length + 1];
        stream.ReadExactly(text, 0, (int)stream.Length);
        // Makes the device's context the present one of this thread.
        _ = CudaMemory.Open();
        Check(ModuleLoadData(out var module, text), "take our kernels");
        return module;
    }

    private static int Attribute(int attribute)
    {
        Check(CudaRuntime.DeviceGetAttribute(out var value, attribute, device: 0), "tell what the card is");
        return value;
    }

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"CUDA could not {what} (error {result}).");
        }
    }

    [LibraryImport(CudaRuntime.Driver, EntryPoint = "cuModuleLoadData")]
    private static partial int ModuleLoadData(out IntPtr module, byte[] image);

    [LibraryImport(CudaRuntime.Driver, EntryPoint = "cuModuleGetFunction", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ModuleGetFunction(out IntPtr function, IntPtr module, string name);

    [LibraryImport(CudaRuntime.Driver, EntryPoint = "cuLaunchKernel")]
    private static partial int LaunchKernel(
        IntPtr function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, IntPtr stream, void** arguments,
        void** extra);
}
