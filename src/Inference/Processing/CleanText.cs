namespace Pipeline.Inference.Processing;

/// <summary>A model's output made fit to read.</summary>
/// <param name="Text">Empty when nothing was left.</param>
/// <param name="WasCut">An unfinished end was removed.</param>
/// <param name="HadRepetition">A repetition was removed.</param>
internal readonly record struct CleanText(string Text, bool WasCut, bool HadRepetition);
