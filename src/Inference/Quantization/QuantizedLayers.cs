using System.Runtime.InteropServices;
using Pipeline.Inference.Kernels;
using Pipeline.Inference.Onnx;
using Pipeline.Inference.Onnx.Custom;

namespace Pipeline.Inference.Quantization;

/// <summary>
/// Linear layers and tables with quantised weights. A row's result never depends on the other rows of its batch: activations are
/// quantised each row by itself, and what is summed is whole numbers, or blocks in a fixed order.
/// </summary>
internal static class QuantizedLayers
{
    // The accuracy level of MatMulNBits that multiplies int8 activations, quantised for each block of a row.
    private const int Int8Activations = 4;

    /// <summary>Numbers as codes of 8 bits with a scale and a zero point for each row; see <see cref="QuantizeRows"/>.</summary>
    public static (GraphValue Codes, GraphValue Ranges) Quantize(this GraphBuilder graph, GraphValue x)
    {
        var outputs = graph.Nodes($"{CustomDomain.Name}.{QuantizeRows.OperatorName}", [x], [true, true]);
        return (outputs[0], outputs[1]);
    }

    /// <summary>activation(x [.., K] by the transpose of a matrix [N, K] in int8 + bias) + residual: [.., N].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">Of <see cref="Quantize"/>.</param>
    /// <param name="matrix">The weights.</param>
    /// <param name="bias">[N]; none without.</param>
    /// <param name="activation">What follows.</param>
    /// <param name="residual">[.., N]; none without.</param>
    public static GraphValue LinearInt8(
        this GraphBuilder graph,
        (GraphValue Codes, GraphValue Ranges) x,
        MatrixRows matrix,
        GraphValue bias = default,
        Activation activation = Activation.None,
        GraphValue residual = default)
    {
        var (n, k) = (matrix.Rows, matrix.Columns);
        var (scales, sums) = Int8Weights.Measure(matrix);
        var codes = graph.Weight($"{matrix.Name}.codes", DataType.Int8, [k, n], writer => Int8Weights.WriteTransposed(matrix, scales, writer.Write));
        return graph.Node(
            $"{CustomDomain.Name}.{ScaleRows.OperatorName}",
            [
                graph.Node("MatMulInteger", [x.Codes, codes]),
                x.Ranges,
                graph.Weight($"{matrix.Name}.scales", DataType.Float, [n], writer => writer.Write(scales)),
                graph.Weight($"{matrix.Name}.sums", DataType.Int32, [n], writer => writer.Write(MemoryMarshal.AsBytes<int>(sums))),
                bias,
                residual,
            ],
            ("activation", (int)activation));
    }

    /// <summary>x [.., K] by the transpose of a matrix [N, K] in 4 bits; activations in 8 bits with a scale for each block of a row.</summary>
    public static GraphValue LinearInt4(this GraphBuilder graph, GraphValue x, MatrixRows matrix)
    {
        var (n, k) = (matrix.Rows, matrix.Columns);
        var blocks = Int4Weights.Blocks(k);
        var codes = graph.Weight(
            $"{matrix.Name}.codes", DataType.Uint8, [n, blocks, Int4Weights.BlockBytes], writer => Int4Weights.WriteCodes(matrix, writer.Write));
        var scales = graph.Weight(
            $"{matrix.Name}.scales", DataType.Float, [(long)n * blocks], writer => Int4Weights.WriteScales(matrix, writer.Write));
        var zeroPoints = graph.Weight(
            $"{matrix.Name}.zero_points",
            DataType.Uint8,
            [(long)n * Int4Weights.ZeroPointBytes(k)],
            writer => Int4Weights.WriteZeroPoints(matrix, writer.Write));
        return graph.Node(
            $"{GraphBuilder.Microsoft}.MatMulNBits",
            [x, codes, scales, zeroPoints],
            ("K", k),
            ("N", n),
            ("bits", 4),
            ("block_size", Int4Weights.BlockSize),
            ("accuracy_level", Int8Activations));
    }

    /// <summary>Rows of a table in int8, chosen by ids of any shape: [ids.., columns].</summary>
    public static GraphValue LookupInt8(this GraphBuilder graph, MatrixRows table, GraphValue ids)
    {
        var codes = graph.Weight(
            $"{table.Name}.table", DataType.Int8, [table.Rows, table.Columns], writer => Int8Table.WriteCodes(table, writer.Write));
        var scales = graph.Weight($"{table.Name}.table_scales", DataType.Float, [table.Rows, 1], writer => Int8Table.WriteScales(table, writer.Write));
        return graph.Mul(graph.Cast(graph.Gather(codes, ids), DataType.Float), graph.Gather(scales, ids));
    }
}
