namespace Pipeline.Inference.Generation;

/// <summary>What <see cref="TokenDraw"/> is to do with a row's logits, as they are.</summary>
/// <param name="Row">The row.</param>
/// <param name="Temperature">Above 0.</param>
/// <param name="TopK">Keeps every logit that reaches the k-th best; null for all.</param>
/// <param name="TopP">Keeps the fewest best ids whose probabilities reach this sum; null for all.</param>
/// <param name="Uniform">In [0, 1).</param>
public readonly record struct RowDraw(int Row, double Temperature, int? TopK, double? TopP, double Uniform);
