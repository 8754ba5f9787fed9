using System.Runtime.InteropServices;

namespace Pipeline.Inference.Attention;

/// <summary>Memory of a thread for what it works out on the way, aligned to lines of the cache. It stays until the thread ends.</summary>
internal sealed unsafe class Scratch
{
    private const int Line = 64;
    private const int Buffers = 2;

    [ThreadStatic]
    private static Scratch[]? _ofThread;

    private float* _memory;
    private int _length;

    ~Scratch() => NativeMemory.AlignedFree(_memory);

    /// <summary>Room for so many numbers, which holds anything.</summary>
    /// <param name="buffer">Which of a thread's buffers; 0 or 1.</param>
    /// <param name="length">Numbers.</param>
    public static float* Take(int buffer, int length)
    {
        _ofThread ??= [.. Enumerable.Range(0, Buffers).Select(_ => new Scratch())];
        return _ofThread[buffer].Take(length);
    }

    private float* Take(int length)
    {
        if (length > _length)
        {
            NativeMemory.AlignedFree(_memory);
            _memory = null;
            _length = 0;
            _memory = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), Line);
            _length = length;
        }

        return _memory;
    }
}
