using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Pipeline.Inference.Generation.Memory;

/// <summary>The memory in which a decoder keeps keys, values and logits: the machine's, or a GPU's. Safe to share between threads.</summary>
internal abstract class DecoderMemory
{
    /// <summary>How ONNX Runtime calls it.</summary>
    public abstract OrtMemoryInfo Info { get; }

    /// <summary>Bytes that are free now; null where that is not known or not the limit.</summary>
    public abstract long? FreeBytes { get; }

    /// <summary>Takes memory whose content is undefined. It stays where it is until it is freed.</summary>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public abstract IntPtr Allocate(long bytes);

    /// <summary>Gives memory back; zero is nothing.</summary>
    public abstract void Free(IntPtr memory);

    /// <summary>Copies a rectangle of bytes: <paramref name="rows"/> runs of <paramref name="width"/> bytes, each a pitch behind the one before.</summary>
    public abstract void Copy(IntPtr source, long sourcePitch, IntPtr destination, long destinationPitch, long width, int rows);

    /// <summary>Takes memory of the machine from and to which <see cref="Enqueue"/> copies.</summary>
    public abstract IntPtr AllocateStage(long bytes);

    /// <summary>Gives such memory back.</summary>
    public abstract void FreeStage(IntPtr memory);

    /// <summary>Copies from or to a stage, behind what the model was given to run before and before what it is given after; may not have happened yet.</summary>
    public abstract void Enqueue(IntPtr source, IntPtr destination, long bytes);

    /// <summary>Waits until everything has happened.</summary>
    public abstract void Synchronize();

    /// <summary>Numbers of float32 or float16 that lie there, as they are or as a copy.</summary>
    public ReadOnlySpan<float> Read(IntPtr memory, TensorElementType type, int count)
    {
        if (type == TensorElementType.Float)
        {
            return Read<float>(memory, count);
        }

        var numbers = new float[count];
        TensorPrimitives.ConvertToSingle(Read<Half>(memory, count), numbers);
        return numbers;
    }

    /// <summary>Numbers that lie there, as they are or as a copy.</summary>
    protected abstract ReadOnlySpan<T> Read<T>(IntPtr memory, int count)
        where T : unmanaged;

    /// <summary>A tensor over memory from here; to be disposed by the caller, who keeps the memory.</summary>
    public OrtValue Tensor(IntPtr memory, TensorElementType type, long[] shape)
    {
        var bytes = shape.Aggregate((long)ElementBytes(type), (product, length) => product * length);
        return OrtValue.CreateTensorValueWithData(Info, type, shape, memory, bytes);
    }

    /// <summary>Bytes of a number.</summary>
    public static int ElementBytes(TensorElementType type) => type switch
    {
        TensorElementType.Float => sizeof(float),
        TensorElementType.Float16 => Marshal.SizeOf<Half>(),
        TensorElementType.Int8 => sizeof(sbyte),
        TensorElementType.Int32 => sizeof(int),
        TensorElementType.Int64 => sizeof(long),
        _ => throw new NotSupportedException($"A decoder's memory holds no {type}."),
    };
}
