using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>Puts a checkpoint's matrices and vectors into a graph.</summary>
internal static class LinearLayer
{
    /// <summary>A vector, float32.</summary>
    public static GraphValue Vector(this GraphBuilder graph, TensorRows vector) =>
        graph.Weight(vector.Name, DataType.Float, [vector.Rows], writer => vector.ReadAll(piece => writer.Write(piece)));

    /// <summary>A matrix, float32.</summary>
    public static GraphValue Matrix(this GraphBuilder graph, TensorRows matrix) =>
        graph.Weight(matrix.Name, DataType.Float, [matrix.Rows, matrix.Columns], writer => matrix.ReadAll(piece => writer.Write(piece)));

    /// <summary>x [tokens, inputs] by the transpose of a matrix [outputs, inputs], plus the bias when there is one.</summary>
    public static GraphValue Linear(this GraphBuilder graph, GraphValue x, TensorRows matrix, GraphValue bias) =>
        bias == GraphValue.None
            ? graph.GemmTransposed(x, graph.Matrix(matrix))
            : graph.Node("Gemm", [x, graph.Matrix(matrix), bias], ("transB", 1));
}
