using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Generation.Memory;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Keys and values of all layers, each a tensor [rows, heads, capacity, width]. The graph reads and writes them in place, so they lie
/// outside the managed heap, where they stay put and go when they are disposed.
/// </summary>
internal sealed class KeyValueCache : IDisposable
{
    private readonly DecoderMemory _place;
    private readonly CacheShape _shape;
    private readonly int _tensors;
    private IntPtr _memory;

    /// <summary>Reserves memory; its content is undefined, as nothing is read before it was written.</summary>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public KeyValueCache(DecoderMemory place, CacheShape shape, int rows, int capacity)
    {
        (_place, _shape) = (place, shape);
        (Rows, Capacity) = (rows, shape.WholeBlocks(capacity));
        _tensors = rows == 0 ? 0 : shape.Tensors;
        _memory = rows == 0 ? IntPtr.Zero : place.Allocate(_tensors * Rows * RowBytes);
    }

    /// <summary>Rows that there is room for.</summary>
    public int Rows { get; }

    /// <summary>Tokens of a row that there is room for.</summary>
    public int Capacity { get; }

    private long HeadBytes => Capacity * _shape.HeadTokenBytes;

    private long RowBytes => _shape.Heads * HeadBytes;

    /// <summary>Some consecutive rows of every tensor, layer by layer, keys first; to be disposed by the caller.</summary>
    public OrtValue[] Views(int firstRow, int rows) =>
    [
        .. Enumerable.Range(0, _tensors).Select(tensor => _place.Tensor(Address(tensor, firstRow), _shape.Type, [rows, _shape.Heads, Capacity, _shape.Width])),
    ];

    /// <summary>Copies positions of a row to a row of a cache of the same model, which may be this one.</summary>
    public void CopyRow(int source, KeyValueCache destination, int destinationRow, int firstToken, int lastToken)
    {
        // Of tokens that lie together with others, those are copied too; they are the same, or not yet written.
        var first = firstToken / _shape.Block * _shape.Block * _shape.HeadTokenBytes;
        var end = _shape.WholeBlocks(lastToken) * _shape.HeadTokenBytes;
        for (var tensor = 0; tensor < _tensors && lastToken > firstToken; tensor++)
        {
            _place.Copy(
                Address(tensor, source) + (nint)first, HeadBytes, destination.Address(tensor, destinationRow) + (nint)first, destination.HeadBytes,
                end - first, _shape.Heads);
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
