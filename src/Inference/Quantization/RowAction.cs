namespace Pipeline.Inference.Quantization;

/// <summary>Takes one row of a matrix.</summary>
/// <param name="row">Its index, from 0.</param>
/// <param name="values">Valid during the call only.</param>
internal delegate void RowAction(int row, ReadOnlySpan<float> values);
