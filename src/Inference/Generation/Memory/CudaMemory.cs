using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Cuda;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Generation.Memory;

/// <summary>
/// Memory of the first GPU, by the CUDA runtime that ONNX Runtime has loaded. Taken here and not from ONNX Runtime, whose managed interface
/// neither copies between places of a GPU nor reads them.
/// </summary>
internal sealed class CudaMemory : DecoderMemory
{
    private const int Device = 0;
    private const int OutOfMemory = 2;

    private CudaMemory(IntPtr stream)
    {
        Stream = stream;
    }

    /// <summary>What the model's runs and <see cref="Enqueue"/> follow each other on, for ONNX Runtime; as long as the process.</summary>
    public IntPtr Stream { get; }

    public override OrtMemoryInfo Info { get; } = new("Cuda", OrtAllocatorType.DeviceAllocator, Device, OrtMemType.Default);

    public override long? FreeBytes
    {
        get
        {
            Check(CudaRuntime.MemGetInfo(out var free, out _), "tell its memory");
            return (long)free;
        }
    }

    /// <summary>Looks for the runtime.</summary>
    /// <exception cref="ModelException">It is not there, or has no GPU.</exception>
    public static CudaMemory Open()
    {
        try
        {
            Use();
            Check(CudaRuntime.StreamCreateWithFlags(out var stream, CudaRuntime.NonBlocking), "make a stream");
            return new(stream);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new ModelException(
                $"The CUDA runtime ({CudaRuntime.File}) can't be loaded. Install CUDA {CudaRuntime.Major}, or put its folder on LD_LIBRARY_PATH.",
                exception);
        }
    }

    public override IntPtr Allocate(long bytes)
    {
        Use();
        var (result, memory) = CudaTurns.Share(() => (CudaRuntime.Malloc(out var taken, (nuint)bytes), taken));
        if (result == OutOfMemory)
        {
            // Else the next call would be told of it again.
            _ = CudaRuntime.GetLastError();
            throw new InsufficientMemoryException($"The GPU has no {bytes >> 20} MB left.");
        }

        Check(result, $"give {bytes >> 20} MB");
        return memory;
    }

    public override void Free(IntPtr memory)
    {
        Use();
        Check(CudaTurns.Share(() => CudaRuntime.Free(memory)), "take memory back");
    }

    public override void Copy(IntPtr source, long sourcePitch, IntPtr destination, long destinationPitch, long width, int rows)
    {
        Use();
        if (sourcePitch <= int.MaxValue && destinationPitch <= int.MaxValue)
        {
            Check(
                CudaRuntime.Memcpy2D(
                    destination, (nuint)destinationPitch, source, (nuint)sourcePitch, (nuint)width, (nuint)rows, CudaRuntime.DeviceToDevice),
                "copy");
        }
        else
        {
            // Rows that far apart are not taken for a rectangle.
            for (var row = 0; row < rows; row++)
            {
                Check(
                    CudaRuntime.MemcpyAsync(
                        destination + (nint)(row * destinationPitch), source + (nint)(row * sourcePitch), (nuint)width, CudaRuntime.EitherWay, Stream),
                    "copy");
            }
        }

        // ONNX Runtime's stream does not wait for the one that copies.
        Check(CudaTurns.Share(CudaRuntime.DeviceSynchronize), "copy");
    }

    public override IntPtr AllocateStage(long bytes)
    {
        Use();
        var (result, memory) = CudaTurns.Share(() => (CudaRuntime.HostAlloc(out var pinned, (nuint)bytes, 0), pinned));
        Check(result, $"pin {bytes} bytes of the machine's memory");
        return memory;
    }

    public override void FreeStage(IntPtr memory)
    {
        Use();
        Check(CudaTurns.Share(() => CudaRuntime.FreeHost(memory)), "take memory back");
    }

    public override void Enqueue(IntPtr source, IntPtr destination, long bytes)
    {
        Use();
        Check(CudaRuntime.MemcpyAsync(destination, source, (nuint)bytes, CudaRuntime.EitherWay, Stream), "copy");
    }

    public override void Synchronize() => Check(CudaRuntime.StreamSynchronize(Stream), "finish a run");

    protected override ReadOnlySpan<T> Read<T>(IntPtr memory, int count)
    {
        Use();
        var numbers = new T[count];
        var bytes = MemoryMarshal.AsBytes(numbers.AsSpan());
        Check(CudaRuntime.Memcpy(ref MemoryMarshal.GetReference(bytes), memory, (nuint)bytes.Length, CudaRuntime.DeviceToHost), "be read");
        return numbers;
    }

    // Which device is meant belongs to each thread.
    private static void Use() => Check(CudaRuntime.SetDevice(Device), "be used");

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            throw new ModelException($"The GPU could not {what}: {Marshal.PtrToStringUTF8(CudaRuntime.GetErrorString(result))} (CUDA error {result}).");
        }
    }
}
