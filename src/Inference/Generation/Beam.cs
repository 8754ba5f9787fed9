namespace Pipeline.Inference.Generation;

/// <summary>A hypothesis of beam search.</summary>
/// <param name="Ids">New ids.</param>
/// <param name="Score">Sum of the log-probabilities, penalised where the options say so.</param>
/// <param name="LogProbability">Sum of the log-probabilities as the model gives them.</param>
internal sealed record Beam(int[] Ids, double Score, double LogProbability);
