using System.Reflection;
using System.Runtime.InteropServices;

namespace Pipeline.Inference.Generation.Memory;

/// <summary>The functions of the CUDA runtime that <see cref="CudaMemory"/> needs. Each returns 0 or the number of an error.</summary>
internal static partial class CudaRuntime
{
    /// <summary>The version that ONNX Runtime is linked with.</summary>
    public const int Major = 13;

    public const int DeviceToHost = 2;
    public const int DeviceToDevice = 3;

    /// <summary>To or from the device, as the addresses say.</summary>
    public const int EitherWay = 4;

    /// <summary>A stream that does not wait for the default one.</summary>
    public const int NonBlocking = 1;

    /// <summary>Attributes of a device.</summary>
    public const int ComputeCapabilityMajor = 75;

    /// <inheritdoc cref="ComputeCapabilityMajor"/>
    public const int ComputeCapabilityMinor = 76;

    /// <summary>The driver, as imports call it.</summary>
    public const string Driver = "cuda";

    private const string Library = "cudart";

    /// <summary>Its file.</summary>
    public static string File { get; } = OperatingSystem.IsWindows() ? $"cudart64_{Major}.dll" : $"libcudart.so.{Major}";

    static CudaRuntime() => NativeLibrary.SetDllImportResolver(typeof(CudaRuntime).Assembly, Resolve);

    [LibraryImport(Library, EntryPoint = "cudaSetDevice")]
    public static partial int SetDevice(int device);

    [LibraryImport(Library, EntryPoint = "cudaDeviceGetAttribute")]
    public static partial int DeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport(Library, EntryPoint = "cudaMemGetInfo")]
    public static partial int MemGetInfo(out nuint free, out nuint total);

    [LibraryImport(Library, EntryPoint = "cudaMalloc")]
    public static partial int Malloc(out IntPtr memory, nuint bytes);

    [LibraryImport(Library, EntryPoint = "cudaFree")]
    public static partial int Free(IntPtr memory);

    [LibraryImport(Library, EntryPoint = "cudaMemcpy")]
    public static partial int Memcpy(ref byte destination, IntPtr source, nuint bytes, int kind);

    [LibraryImport(Library, EntryPoint = "cudaMemcpy2D")]
    public static partial int Memcpy2D(
        IntPtr destination, nuint destinationPitch, IntPtr source, nuint sourcePitch, nuint width, nuint height, int kind);

    [LibraryImport(Library, EntryPoint = "cudaMemcpyAsync")]
    public static partial int MemcpyAsync(IntPtr destination, IntPtr source, nuint bytes, int kind, IntPtr stream);

    [LibraryImport(Library, EntryPoint = "cudaHostAlloc")]
    public static partial int HostAlloc(out IntPtr memory, nuint bytes, uint flags);

    [LibraryImport(Library, EntryPoint = "cudaFreeHost")]
    public static partial int FreeHost(IntPtr memory);

    [LibraryImport(Library, EntryPoint = "cudaStreamCreateWithFlags")]
    public static partial int StreamCreateWithFlags(out IntPtr stream, uint flags);

    [LibraryImport(Library, EntryPoint = "cudaStreamSynchronize")]
    public static partial int StreamSynchronize(IntPtr stream);

    [LibraryImport(Library, EntryPoint = "cudaDeviceSynchronize")]
    public static partial int DeviceSynchronize();

    [LibraryImport(Library, EntryPoint = "cudaGetLastError")]
    public static partial int GetLastError();

    [LibraryImport(Library, EntryPoint = "cudaGetErrorString")]
    public static partial IntPtr GetErrorString(int error);

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        return name switch
        {
            Library => NativeLibrary.Load(File, assembly, path),
            Driver => NativeLibrary.Load(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", assembly, path),
            _ => IntPtr.Zero,
        };
    }
}
