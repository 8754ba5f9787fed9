using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Inference.Generation.Memory;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Cuda;

/// <summary>The weights of a model in a GPU's memory: once, however many graphs use them. To be disposed after the sessions.</summary>
internal sealed class GpuWeights : IDisposable
{
    private const int Piece = 64 << 20;

    private readonly CudaMemory _memory;
    private readonly IntPtr _weights;
    private readonly List<OrtValue> _values = [];

    private GpuWeights(CudaMemory memory, IntPtr weights) => (_memory, _weights) = (memory, weights);

    /// <summary>Copies a file of weights as it is.</summary>
    /// <exception cref="OutOfMemoryException">The GPU has no room for it.</exception>
    public static unsafe GpuWeights Load(string dataFile, CudaMemory memory)
    {
        using var file = File.OpenRead(dataFile);
        var weights = new GpuWeights(memory, memory.Allocate(file.Length));
        var stage = IntPtr.Zero;
        try
        {
            stage = memory.AllocateStage(Piece);
            for (var at = 0L; at < file.Length; at += Piece)
            {
                var piece = new Span<byte>((void*)stage, (int)Math.Min(Piece, file.Length - at));
                file.ReadExactly(piece);
                memory.Enqueue(stage, weights._weights + (nint)at, piece.Length);
                memory.Synchronize();
            }

            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
        finally
        {
            if (stage != IntPtr.Zero)
            {
                memory.FreeStage(stage);
            }
        }
    }

    /// <summary>Lets a session use those that its graph names.</summary>
    /// <param name="options">The session's.</param>
    /// <param name="graphFile">A graph of our own making, whose external tensors all lie in the one file.</param>
    public void AddTo(SessionOptions options, string graphFile)
    {
        using var file = File.OpenRead(graphFile);
        foreach (var tensor in ModelProto.Parser.ParseFrom(file).Graph.Initializer)
        {
            if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
            {
                var offset = long.Parse(tensor.ExternalData.Single(entry => entry.Key == "offset").Value, CultureInfo.InvariantCulture);
                var value = _memory.Tensor(_weights + (nint)offset, (TensorElementType)tensor.DataType, [.. tensor.Dims]);
                _values.Add(value);
                options.AddInitializer(tensor.Name, value);
            }
        }
    }

    public void Dispose()
    {
        _values.ForEach(value => value.Dispose());
        _memory.Free(_weights);
    }
}
