using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Pipeline.Inference.Generation.Memory;

/// <summary>Memory of the machine, outside the managed heap. The system gives it as it is first written, in large pages where it has them.</summary>
internal sealed partial class HostMemory : DecoderMemory
{
    private const int LargePage = 2 << 20;
    private const int AdviceLargePages = 14;

    private HostMemory()
    {
    }

    public static HostMemory Instance { get; } = new();

    public override OrtMemoryInfo Info => OrtMemoryInfo.DefaultInstance;

    public override long? FreeBytes => null;

    public override unsafe IntPtr Allocate(long bytes)
    {
        var memory = NativeMemory.AlignedAlloc((nuint)bytes, LargePage);
        if (OperatingSystem.IsLinux())
        {
            // Pages of 4 kB would be asked for some six thousand times a prompt. Advice, so it does not matter whether it is taken.
            _ = Madvise(memory, (nuint)bytes, AdviceLargePages);
        }

        return (IntPtr)memory;
    }

    public override unsafe void Free(IntPtr memory) => NativeMemory.AlignedFree((void*)memory);

    public override unsafe void Copy(IntPtr source, long sourcePitch, IntPtr destination, long destinationPitch, long width, int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            Buffer.MemoryCopy((byte*)source + (row * sourcePitch), (byte*)destination + (row * destinationPitch), width, width);
        }
    }

    public override unsafe IntPtr AllocateStage(long bytes) => (IntPtr)NativeMemory.Alloc((nuint)bytes);

    public override unsafe void FreeStage(IntPtr memory) => NativeMemory.Free((void*)memory);

    public override unsafe void Enqueue(IntPtr source, IntPtr destination, long bytes) =>
        Buffer.MemoryCopy((void*)source, (void*)destination, bytes, bytes);

    public override void Synchronize()
    {
    }

    protected override unsafe ReadOnlySpan<T> Read<T>(IntPtr memory, int count) => new((void*)memory, count);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static unsafe partial int Madvise(void* memory, nuint bytes, int advice);
}
