namespace Pipeline.Inference.Generation;

/// <summary>A row of the next step.</summary>
/// <param name="Source">The present row that it continues.</param>
/// <param name="Id">The token that it appends.</param>
internal readonly record struct NextRow(int Source, int Id);
