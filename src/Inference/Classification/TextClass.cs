namespace Pipeline.Inference.Classification;

/// <summary>The class of a text.</summary>
/// <param name="Label">The most probable class.</param>
/// <param name="Probability">Its probability as the model sees it, 0 to 1.</param>
public sealed record TextClass(string Label, double Probability);
