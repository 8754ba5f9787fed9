using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Pipeline.Inference.Generation.Memory;

/// <summary>Memory of the machine, outside the managed heap. The system gives it as it is first written.</summary>
internal sealed class HostMemory : DecoderMemory
{
    private const int CacheLine = 64;

    private HostMemory()
    {
    }

    public static HostMemory Instance { get; } = new();

    public override OrtMemoryInfo Info => OrtMemoryInfo.DefaultInstance;

    public override long? FreeBytes => null;

    public override unsafe IntPtr Allocate(long bytes) => (IntPtr)NativeMemory.AlignedAlloc((nuint)bytes, CacheLine);

    public override unsafe void Free(IntPtr memory) => NativeMemory.AlignedFree((void*)memory);

    public override unsafe void Copy(IntPtr source, long sourcePitch, IntPtr destination, long destinationPitch, long width, int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            Buffer.MemoryCopy((byte*)source + (row * sourcePitch), (byte*)destination + (row * destinationPitch), width, width);
        }
    }

    public override unsafe ReadOnlySpan<float> Read(IntPtr memory, int count) => new((void*)memory, count);
}
