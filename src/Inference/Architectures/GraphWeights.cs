using System.Runtime.InteropServices;
using Pipeline.Inference.Kernels;
using Pipeline.Inference.Models;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;
using Pipeline.Inference.Quantization;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// Puts a checkpoint's tensors into a graph in the precision that was asked for. With whole numbers, tables and heads have 8 bits and linear
/// layers 8 or 4.
/// </summary>
/// <param name="graph">The graph.</param>
/// <param name="tensors">The checkpoint.</param>
/// <param name="precision">How matrices are stored.</param>
/// <param name="arithmetic">Type of the values in the graph: float32, or float16 for a GPU and matrices of that type.</param>
internal sealed class GraphWeights(
    GraphBuilder graph, ModelTensors tensors, ModelPrecision precision, DataType arithmetic = DataType.Float)
{
    // Elements read at a time from a matrix that is copied as it is: 4 MB.
    private const int Piece = 1 << 20;

    private readonly Dictionary<string, GraphValue> _tables = [];
    private readonly Dictionary<GraphValue, (GraphValue Codes, GraphValue Ranges)> _codes = [];

    /// <summary>Type of the values in the graph.</summary>
    public DataType Arithmetic => arithmetic;

    /// <summary>Whether layers have weights in whole numbers.</summary>
    public bool IsQuantized => precision is ModelPrecision.Int8 or ModelPrecision.Int4;

    private DataType Storage => precision == ModelPrecision.Fp32 ? DataType.Float : DataType.Float16;

    /// <summary>A bias, or the weight of a norm.</summary>
    public GraphValue Vector(string name, long length)
    {
        var tensor = tensors.Require(name, length);
        return graph.Weight(name, arithmetic, [length], writer => writer.Write(tensors.ReadAll(tensor)));
    }

    /// <summary>Vectors one behind the other.</summary>
    public GraphValue Vectors(string name, long length, params string[] parts)
    {
        var found = Array.ConvertAll(parts, part => tensors.Require(part, length));
        return graph.Weight(name, arithmetic, [length * parts.Length], writer => Array.ForEach(found, part => writer.Write(tensors.ReadAll(part))));
    }

    /// <summary>A bias, or the weight of a norm, put together from several tensors.</summary>
    public GraphValue Vector(WeightRows rows) =>
        graph.Weight(rows.Name, arithmetic, [rows.Rows], writer => writer.Write(ReadAll(rows)));

    /// <summary>The bias of a layer, + its matrix times a vector that would otherwise be added to what the layer is applied to.</summary>
    public GraphValue FoldedBias(string name, WeightRows matrix, WeightRows addend)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(addend.Rows, matrix.Columns);
        var own = tensors.Require(name, matrix.Rows);
        return graph.Weight(name, arithmetic, [matrix.Rows], writer =>
        {
            var (bias, vector, rows) = (tensors.ReadAll(own), ReadAll(addend), ReadAll(matrix));
            for (var row = 0; row < bias.Length; row++)
            {
                var sum = (double)bias[row];
                for (var column = 0; column < vector.Length; column++)
                {
                    sum += (double)rows[((long)row * vector.Length) + column] * vector[column];
                }

                bias[row] = (float)sum;
            }

            writer.Write(bias);
        });
    }

    /// <summary>One row of a table.</summary>
    public GraphValue Row(string name, long row, long rows, long columns)
    {
        var tensor = tensors.Require(name, rows, columns);
        return graph.Weight(name, arithmetic, [columns], writer =>
        {
            var values = new float[columns];
            tensors.Read(tensor, row * columns, values);
            writer.Write(values);
        });
    }

    /// <summary>Rows of a table, chosen by ids of any shape: [ids.., columns].</summary>
    public GraphValue Rows(string name, long rows, long columns, GraphValue ids) => Rows(Table(name, rows, columns), ids);

    /// <summary>Rows of a table that may serve as a head, too.</summary>
    public GraphValue Rows(WeightRows table, GraphValue ids) =>
        IsQuantized ? graph.LookupInt8(Matrix(table), ids) : Widen(graph.Gather(Stored(table), ids));

    /// <summary>A table for <see cref="Rows(WeightRows, GraphValue)"/> and <see cref="Head"/>.</summary>
    public WeightRows Table(string name, long rows, long columns) => WeightRows.Of(tensors, name, rows, columns);

    /// <summary>
    /// x [rows, columns] times the transpose of a table: a score for each of its rows. Only whole numbers are stored a second time, in the
    /// order that their product needs; they may be those of some rows, and the scores of the others are minus infinity then.
    /// </summary>
    /// <param name="x">float32.</param>
    /// <param name="table">The table.</param>
    /// <param name="ids">The rows that have scores, ascending; null for all.</param>
    public GraphValue Head(GraphValue x, WeightRows table, int[]? ids)
    {
        if (!IsQuantized)
        {
            return graph.GemmTransposed(x, Widen(Stored(table)));
        }

        if (ids is null)
        {
            return graph.LinearInt8(Codes(x), Matrix(table));
        }

        var places = graph.Weight("shortlist", DataType.Int32, [ids.Length], writer => writer.Write(MemoryMarshal.AsBytes<int>(ids)));
        return graph.Node(
            $"{CustomDomain.Name}.{SpreadColumns.OperatorName}", [graph.LinearInt8(Codes(x), Matrix(table.Select(ids))), places],
            ("width", checked((int)table.Rows)));
    }

    /// <summary>
    /// activation(x [.., inputs] times the transpose of a matrix + bias) + residual, where the matrix is stored [outputs, inputs], as linear layers store
    /// theirs. All but x and the matrix may be left out.
    /// </summary>
    public GraphValue Linear(
        GraphValue x, WeightRows rows, GraphValue bias = default, Activation activation = Activation.None, GraphValue residual = default)
    {
        if (precision == ModelPrecision.Int8)
        {
            return graph.LinearInt8(Codes(x), Matrix(rows), bias, activation, residual);
        }

        var product = Product(x, rows);
        var sum = (bias == GraphValue.None, activation) switch
        {
            (true, Activation.None) => product,
            (false, Activation.None) => graph.Add(product, bias),
            (false, Activation.Gelu or Activation.FastGelu) => Gelu(product, bias, rows.Rows, activation),
            (true, Activation.Silu) => graph.Silu(product),
            _ => throw new NotSupportedException($"No model has a linear layer with {activation} and {(bias == GraphValue.None ? "no" : "a")} bias."),
        };
        return residual == GraphValue.None ? sum : graph.Add(sum, residual);
    }

    private GraphValue Gelu(GraphValue x, GraphValue bias, long width, Activation activation) => (arithmetic, activation) switch
    {
        (DataType.Float16, _) when width % BiasGelu.WidthStep == 0 => graph.Node(
            $"{CustomDomain.Name}.{BiasGelu.OperatorName}", [x, bias], ("by_tanh", activation == Activation.FastGelu ? 1 : 0)),
        (_, Activation.FastGelu) => graph.FastGelu(x, bias),
        _ => graph.BiasGelu(x, bias),
    };

    /// <summary>A linear layer whose matrix is one tensor.</summary>
    public WeightRows Matrix(string name, long inputs, long outputs) => WeightRows.Of(tensors, name, outputs, inputs);

    private GraphValue Product(GraphValue x, WeightRows rows) => precision switch
    {
        ModelPrecision.Int4 => graph.LinearInt4(x, Matrix(rows)),
        _ => graph.MatMul(x, Widen(graph.Weight(rows.Name, Storage, [rows.Columns, rows.Rows], writer => Transpose(rows, writer)))),
    };

    /// <summary>Layers that share their input share its codes.</summary>
    private (GraphValue Codes, GraphValue Ranges) Codes(GraphValue x)
    {
        if (!_codes.TryGetValue(x, out var codes))
        {
            codes = graph.Quantize(x);
            _codes.Add(x, codes);
        }

        return codes;
    }

    private GraphValue Stored(WeightRows table)
    {
        if (!_tables.TryGetValue(table.Name, out var stored))
        {
            stored = graph.Weight(table.Name, Storage, [table.Rows, table.Columns], writer => Copy(table, writer));
            _tables.Add(table.Name, stored);
        }

        return stored;
    }

    private static MatrixRows Matrix(WeightRows rows) => new(rows.Name, checked((int)rows.Rows), checked((int)rows.Columns), rows.Read);

    private GraphValue Widen(GraphValue value) => Storage == arithmetic ? value : graph.Cast(value, arithmetic);

    private static void Copy(WeightRows table, WeightWriter writer)
    {
        var step = Math.Clamp(Piece / table.Columns, 1, table.Rows);
        var buffer = new float[step * table.Columns];
        for (var first = 0L; first < table.Rows; first += step)
        {
            var piece = buffer.AsSpan(0, (int)(Math.Min(step, table.Rows - first) * table.Columns));
            table.Read(first, piece);
            writer.Write(piece);
        }
    }

    private static float[] ReadAll(WeightRows rows)
    {
        var values = new float[rows.Rows * rows.Columns];
        rows.Read(0, values);
        return values;
    }

    private static void Transpose(WeightRows source, WeightWriter writer)
    {
        var (rows, columns) = ((int)source.Rows, (int)source.Columns);
        var matrix = ReadAll(source);
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
