using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Pipeline.Inference.Generation;

/// <summary>
/// Keys or values of one layer for all rows of a batch, [rows, heads, capacity, head size] in float32. The graph reads and writes it in
/// place, so it lives outside the managed heap, where it stays put and goes when it is disposed.
/// </summary>
internal sealed class KeyValueCache : IDisposable
{
    private readonly int _heads;
    private readonly int _capacity;
    private readonly int _headSize;
    private int _allocatedRows;
    private IntPtr _memory;

    /// <summary>Reserves memory; its content is undefined, as nothing is read before it was written.</summary>
    public KeyValueCache(int rows, int heads, int capacity, int headSize)
    {
        (_heads, _capacity, _headSize) = (heads, capacity, headSize);
        _memory = Allocate(rows);
        _allocatedRows = rows;
        Tensor = View(rows);
    }

    /// <summary>What the graph sees.</summary>
    public OrtValue Tensor { get; private set; }

    /// <summary>Changes the number of rows; the first ones keep their content.</summary>
    public void Resize(int rows)
    {
        if (rows > _allocatedRows)
        {
            var (old, oldTensor) = (_memory, Tensor);
            _memory = Allocate(rows);
            Tensor = View(rows);
            oldTensor.GetTensorDataAsSpan<float>().CopyTo(Tensor.GetTensorMutableDataAsSpan<float>());
            oldTensor.Dispose();
            Marshal.FreeHGlobal(old);
            _allocatedRows = rows;
        }
        else
        {
            Tensor.Dispose();
            Tensor = View(rows);
        }
    }

    /// <summary>Copies positions of a row to another.</summary>
    public void CopyRow(int source, int destination, Range positions)
    {
        var all = Tensor.GetTensorMutableDataAsSpan<float>();
        var (start, length) = positions.GetOffsetAndLength(_capacity);
        for (var head = 0; head < _heads; head++)
        {
            Slice(all, source, head, start, length).CopyTo(Slice(all, destination, head, start, length));
        }
    }

    public void Dispose()
    {
        Tensor.Dispose();
        Marshal.FreeHGlobal(_memory);
        _memory = IntPtr.Zero;
    }

    private Span<float> Slice(Span<float> all, int row, int head, int start, int length) =>
        all.Slice(((((row * _heads) + head) * _capacity) + start) * _headSize, length * _headSize);

    private long Bytes(int rows) => (long)rows * _heads * _capacity * _headSize * sizeof(float);

    private IntPtr Allocate(int rows) => Marshal.AllocHGlobal((nint)Bytes(rows));

    private OrtValue View(int rows) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, TensorElementType.Float, [rows, _heads, _capacity, _headSize], _memory, Bytes(rows));
}
