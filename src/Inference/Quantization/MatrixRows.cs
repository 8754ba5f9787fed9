namespace Pipeline.Inference.Quantization;

/// <summary>A linear layer's matrix as checkpoints keep it, a row for each output, read a few rows at a time.</summary>
/// <param name="Name">What its weights are called in the graph.</param>
/// <param name="Rows">Outputs, N.</param>
/// <param name="Columns">Inputs, K.</param>
/// <param name="Read">Reads rows, all of them finite numbers; may be called more than once for each.</param>
internal sealed record MatrixRows(string Name, int Rows, int Columns, RowReader Read)
{
    private const int PieceElements = 1 << 18;

    /// <summary>Calls <paramref name="take"/> with every row in order and its index.</summary>
    public void ForEach(RowAction take)
    {
        var rowsOfPiece = Math.Clamp(PieceElements / Columns, 1, Rows);
        var buffer = new float[rowsOfPiece * Columns];
        for (var first = 0; first < Rows; first += rowsOfPiece)
        {
            var piece = buffer.AsSpan(0, Math.Min(rowsOfPiece, Rows - first) * Columns);
            Read(first, piece);
            for (var row = 0; row < piece.Length / Columns; row++)
            {
                take(first + row, piece.Slice(row * Columns, Columns));
            }
        }
    }
}
