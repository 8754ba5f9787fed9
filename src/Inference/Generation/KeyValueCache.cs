using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Inference.Generation.Memory;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Keys and values of all layers, each a tensor [rows, heads, capacity, head size]. The graph reads and writes them in place, so they lie
/// outside the managed heap, where they stay put and go when they are disposed.
/// </summary>
internal sealed class KeyValueCache : IDisposable
{
    private readonly DecoderMemory _place;
    private readonly TensorElementType _type;
    private readonly int _heads;
    private readonly int _headSize;
    private readonly int _tensors;
    private IntPtr _memory;

    /// <summary>Reserves memory; its content is undefined, as nothing is read before it was written.</summary>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public KeyValueCache(DecoderMemory place, TensorElementType type, DecoderProfile profile, int rows, int capacity)
    {
        (_place, _type, _heads, _headSize) = (place, type, profile.KvHeads, profile.HeadSize);
        (Rows, Capacity) = (rows, capacity);
        _tensors = rows == 0 ? 0 : 2 * profile.Layers;
        _memory = rows == 0 ? IntPtr.Zero : place.Allocate(_tensors * Rows * RowBytes);
    }

    /// <summary>Rows that there is room for.</summary>
    public int Rows { get; }

    /// <summary>Tokens of a row that there is room for.</summary>
    public int Capacity { get; }

    private long TokenBytes => (long)_headSize * DecoderMemory.ElementBytes(_type);

    private long HeadBytes => Capacity * TokenBytes;

    private long RowBytes => _heads * HeadBytes;

    /// <summary>Some consecutive rows of every tensor, layer by layer, keys first; to be disposed by the caller.</summary>
    public OrtValue[] Views(int firstRow, int rows) =>
    [
        .. Enumerable.Range(0, _tensors).Select(tensor => _place.Tensor(Address(tensor, firstRow), _type, [rows, _heads, Capacity, _headSize])),
    ];

    /// <summary>Copies positions of a row to a row of a cache of the same model, which may be this one.</summary>
    public void CopyRow(int source, KeyValueCache destination, int destinationRow, int firstToken, int lastToken)
    {
        for (var tensor = 0; tensor < _tensors && lastToken > firstToken; tensor++)
        {
            var first = firstToken * TokenBytes;
            _place.Copy(
                Address(tensor, source) + (nint)first, HeadBytes, destination.Address(tensor, destinationRow) + (nint)first, destination.HeadBytes,
                (lastToken - firstToken) * TokenBytes, _heads);
        }
    }

    public void Dispose()
    {
        if (_memory != IntPtr.Zero)
        {
            _place.Free(_memory);
            _memory = IntPtr.Zero;
        }
    }

    private IntPtr Address(int tensor, int row) => _memory + (nint)(((tensor * Rows) + row) * RowBytes);
}
