using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Quantization;

/// <summary>
/// Linear layers and tables with quantised weights. A row's result never depends on the other rows of its batch: activations are
/// quantised each row by itself, and what is summed is whole numbers, or blocks in a fixed order.
/// </summary>
internal static class QuantizedLayers
{
    private const int LargestCode = 255;

    // The spread of a row whose values are all the same; any positive number does, since all its codes are 0.
    private const float SmallestSpread = 1e-30f;

    // The accuracy level of MatMulNBits that multiplies int8 activations, quantised for each block of a row.
    private const int Int8Activations = 4;

    /// <summary>x [.., K] by the transpose of a matrix [N, K] in int8; activations in 8 bits with a scale and a zero point for each row.</summary>
    /// <remarks>
    /// With x = s * (code - z) and w = t * c: sum(x * w) = s * t * (sum(code * c) - z * sum(c)). The operator knows one zero point for all rows,
    /// so each row's own is appended to its codes as often as the weights need to hold -sum(c) in pieces of 7 bits: the second sum becomes
    /// part of the product, and nothing is left to do for its outputs but one multiplication by s.
    /// </remarks>
    public static GraphValue LinearInt8(this GraphBuilder graph, GraphValue x, MatrixRows matrix)
    {
        var (n, k) = (matrix.Rows, matrix.Columns);
        var (scales, sums) = Int8Weights.Measure(matrix);
        var extra = Int8Weights.CorrectionRows(sums);
        var weightScales = graph.Weight($"{matrix.Name}.scales", DataType.Float, [n], writer => writer.Write(scales));
        var codes = graph.Weight($"{matrix.Name}.codes", DataType.Int8, [k + extra, n], writer =>
        {
            Int8Weights.WriteTransposed(matrix, scales, writer.Write);
            Int8Weights.WriteCorrection(sums, extra, writer.Write);
        });

        // One scale for each row is what QuantizeLinear offers along the first axis of a matrix.
        var rows = graph.Reshape(x, -1, k);
        var zero = graph.Scalar(0f);
        var low = graph.Node("Min", [graph.Node("ReduceMin", [rows, graph.Constant([-1L])], ("keepdims", 0)), zero]);
        var high = graph.Node("Max", [graph.Node("ReduceMax", [rows, graph.Constant([-1L])], ("keepdims", 0)), zero]);
        var spread = graph.Node("Max", [graph.Sub(high, low), graph.Scalar(SmallestSpread)]);
        var scale = graph.Mul(spread, graph.Scalar(1f / LargestCode));
        var zeroPoint = graph.Cast(graph.Node("Round", [graph.Div(graph.Sub(zero, low), scale)]), DataType.Uint8);
        var rounded = graph.Node("QuantizeLinear", [rows, scale, zeroPoint], ("axis", 0));
        if (extra > 0)
        {
            var repeated = graph.Node("Tile", [graph.Reshape(zeroPoint, -1, 1), graph.Constant([1L, extra])]);
            rounded = graph.Node("Concat", [rounded, repeated], ("axis", 1));
        }

        var product = graph.Node($"{GraphBuilder.Microsoft}.MatMulIntegerToFloat", [rounded, codes, graph.Scalar(1f), weightScales]);
        var result = graph.Mul(product, graph.Reshape(scale, -1, 1));
        var shape = graph.Node("Concat", [graph.Node("Shape", [x], ("end", -1)), graph.Constant([(long)n])], ("axis", 0));
        return graph.Node("Reshape", [result, shape]);
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
