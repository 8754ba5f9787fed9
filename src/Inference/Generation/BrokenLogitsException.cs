namespace Pipeline.Inference.Generation;

/// <summary>A row of logits holds a NaN or an infinity: the weights are broken, or the precision is too low for this text.</summary>
internal sealed class BrokenLogitsException() : Exception("The model's output is not a number.");
