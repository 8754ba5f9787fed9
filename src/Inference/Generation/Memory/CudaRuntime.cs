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

    private const string Library = "cudart";

    /// <summary>Its file.</summary>
    public static string File { get; } = OperatingSystem.IsWindows() ? $"cudart64_{Major}.dll" : $"libcudart.so.{Major}";

    static CudaRuntime() => NativeLibrary.SetDllImportResolver(typeof(CudaRuntime).Assembly, Resolve);

    [LibraryImport(Library, EntryPoint = "cudaSetDevice")]
    public static partial int SetDevice(int device);

    [LibraryImport(Library, EntryPoint = "cudaMemGetInfo")]
    public static partial int MemGetInfo(out nuint free, out nuint total);

    [LibraryImport(Library, EntryPoint = "cudaMalloc")]
    public static partial int Malloc(out IntPtr memory, nuint bytes);

    [LibraryImport(Library, EntryPoint = "cudaFree")]
    public static partial int Free(IntPtr memory);

    [LibraryImport(Library, EntryPoint = "cudaMemcpy")]
    public static partial int Memcpy(ref float destination, IntPtr source, nuint bytes, int kind);

    [LibraryImport(Library, EntryPoint = "cudaMemcpy2D")]
    public static partial int Memcpy2D(
        IntPtr destination, nuint destinationPitch, IntPtr source, nuint sourcePitch, nuint width, nuint height, int kind);

    [LibraryImport(Library, EntryPoint = "cudaDeviceSynchronize")]
    public static partial int DeviceSynchronize();

    [LibraryImport(Library, EntryPoint = "cudaGetLastError")]
    public static partial int GetLastError();

    [LibraryImport(Library, EntryPoint = "cudaGetErrorString")]
    public static partial IntPtr GetErrorString(int error);

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        return name == Library ? NativeLibrary.Load(File, assembly, path) : IntPtr.Zero;
    }
}
