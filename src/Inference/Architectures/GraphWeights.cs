using Pipeline.Inference.Checkpoints;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>Puts a checkpoint's tensors into a graph in the precision that was asked for; values in the graph are float32.</summary>
internal sealed class GraphWeights(GraphBuilder graph, ModelTensors tensors, ModelPrecision precision)
{
    // Elements read at a time from a matrix that is copied as it is: 4 MB.
    private const int Piece = 1 << 20;

    private DataType Storage => precision == ModelPrecision.Fp32 ? DataType.Float : DataType.Float16;

    /// <summary>A bias, or the weight of a norm.</summary>
    public GraphValue Vector(string name, long length)
    {
        var tensor = tensors.Require(name, length);
        return graph.Weight(name, DataType.Float, [length], writer => writer.Write(tensors.ReadAll(tensor)));
    }

    /// <summary>Vectors one behind the other.</summary>
    public GraphValue Vectors(string name, long length, params string[] parts)
    {
        var found = Array.ConvertAll(parts, part => tensors.Require(part, length));
        return graph.Weight(name, DataType.Float, [length * parts.Length], writer => Array.ForEach(found, part => writer.Write(tensors.ReadAll(part))));
    }

    /// <summary>One row of a table.</summary>
    public GraphValue Row(string name, long row, long rows, long columns)
    {
        var tensor = tensors.Require(name, rows, columns);
        return graph.Weight(name, DataType.Float, [columns], writer =>
        {
            var values = new float[columns];
            tensors.Read(tensor, row * columns, values);
            writer.Write(values);
        });
    }

    /// <summary>Rows of a table, chosen by ids of any shape: [ids.., columns].</summary>
    public GraphValue Rows(string name, long rows, long columns, GraphValue ids)
    {
        var tensor = tensors.Require(name, rows, columns);
        return Widen(graph.Gather(graph.Weight(name, Storage, [rows, columns], writer => Copy(tensor, writer)), ids));
    }

    /// <summary>x [.., inputs] times the transpose of a matrix that is stored [outputs, inputs], as linear layers store theirs.</summary>
    public GraphValue Linear(GraphValue x, string name, long inputs, long outputs)
    {
        var tensor = tensors.Require(name, outputs, inputs);
        return graph.MatMul(x, Widen(graph.Weight(name, Storage, [inputs, outputs], writer => Transpose(tensor, writer))));
    }

    private GraphValue Widen(GraphValue value) => Storage == DataType.Float ? value : graph.Cast(value, DataType.Float);

    private void Copy(TensorInfo tensor, WeightWriter writer)
    {
        var buffer = new float[Math.Min(Piece, tensor.ElementCount)];
        for (var first = 0L; first < tensor.ElementCount; first += buffer.Length)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, tensor.ElementCount - first));
            tensors.Read(tensor, first, piece);
            writer.Write(piece);
        }
    }

    private void Transpose(TensorInfo tensor, WeightWriter writer)
    {
        var (rows, columns) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
        var matrix = tensors.ReadAll(tensor);
        // A strip of columns at a time: wide enough to use every line of the cache while it is there, small beside the matrix.
        var strip = new float[Math.Min(64, columns) * rows];
        for (var first = 0; first < columns; first += 64)
        {
            var width = Math.Min(64, columns - first);
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < width; column++)
                {
                    strip[(column * rows) + row] = matrix[((long)row * columns) + first + column];
                }
            }

            writer.Write(strip.AsSpan(0, width * rows));
        }
    }
}
