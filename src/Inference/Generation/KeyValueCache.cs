using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Inference.Models;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Keys and values of all layers, each a tensor [rows, heads, capacity, head size] in float32. The graph reads and writes them in place, so
/// they lie outside the managed heap, where they stay put and go when they are disposed. The system gives memory as it is first written.
/// </summary>
internal sealed class KeyValueCache : IDisposable
{
    private readonly int _heads;
    private readonly int _headSize;
    private readonly OrtValue[] _tensors;
    private IntPtr _memory;

    /// <summary>Reserves memory; its content is undefined, as nothing is read before it was written.</summary>
    public KeyValueCache(DecoderProfile profile, int rows, int capacity)
    {
        (_heads, _headSize) = (profile.KvHeads, profile.HeadSize);
        (Rows, Capacity) = (rows, capacity);
        var tensors = rows == 0 ? 0 : 2 * profile.Layers;
        _memory = Marshal.AllocHGlobal((nint)(tensors * Rows * RowBytes));
        _tensors = [.. Enumerable.Range(0, tensors).Select(tensor => View(tensor, 0, rows))];
    }

    /// <summary>Rows that there is room for.</summary>
    public int Rows { get; }

    /// <summary>Tokens of a row that there is room for.</summary>
    public int Capacity { get; }

    private long RowBytes => (long)_heads * Capacity * _headSize * sizeof(float);

    /// <summary>Some consecutive rows of every tensor, layer by layer, keys first; to be disposed by the caller.</summary>
    public OrtValue[] Views(int firstRow, int rows) => [.. Enumerable.Range(0, _tensors.Length).Select(tensor => View(tensor, firstRow, rows))];

    /// <summary>Copies positions of a row to a row of a cache of the same model, which may be this one.</summary>
    public void CopyRow(int source, KeyValueCache destination, int destinationRow, int firstToken, int lastToken)
    {
        for (var tensor = 0; tensor < _tensors.Length; tensor++)
        {
            var from = _tensors[tensor].GetTensorDataAsSpan<float>();
            var to = destination._tensors[tensor].GetTensorMutableDataAsSpan<float>();
            for (var head = 0; head < _heads; head++)
            {
                from.Slice(Place(source, head, firstToken), (lastToken - firstToken) * _headSize)
                    .CopyTo(to[destination.Place(destinationRow, head, firstToken)..]);
            }
        }
    }

    public void Dispose()
    {
        Array.ForEach(_tensors, tensor => tensor.Dispose());
        Marshal.FreeHGlobal(_memory);
        _memory = IntPtr.Zero;
    }

    private int Place(int row, int head, int token) => ((((row * _heads) + head) * Capacity) + token) * _headSize;

    private OrtValue View(int tensor, int firstRow, int rows) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance,
        TensorElementType.Float,
        [rows, _heads, Capacity, _headSize],
        _memory + (nint)(((tensor * Rows) + firstRow) * RowBytes),
        rows * RowBytes);
}
