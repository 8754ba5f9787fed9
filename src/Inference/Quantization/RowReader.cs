namespace Pipeline.Inference.Quantization;

/// <summary>Fills a buffer with consecutive whole rows of a matrix.</summary>
/// <param name="firstRow">From 0.</param>
/// <param name="destination">Row-major; its length is a multiple of the row's.</param>
internal delegate void RowReader(long firstRow, Span<float> destination);
