namespace Pipeline.Contracts.Requests;

/// <summary>The class of one text.</summary>
/// <param name="Label">The most probable class; null when the model gave no finite score.</param>
/// <param name="Probability">Its probability, 0 to 1.</param>
public sealed record TextLabel(string? Label, double Probability);
