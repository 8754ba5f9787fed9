namespace Pipeline.Inference.Generation;

/// <summary>A continuation of a prompt.</summary>
/// <param name="Ids">The new ids, the one that ended the text included.</param>
/// <param name="Text">The ids as text, without special tokens and cut before a stop string.</param>
/// <param name="FinishReason">Why it ended.</param>
/// <param name="LogProbability">
/// Sum over <paramref name="Ids"/> of the natural logarithm of the probability that the model gives the id after everything before it:
/// softmax of the logits as they are, before temperature, penalties and filters.
/// </param>
/// <param name="Score">Beam search's score of the text, see <see cref="GenerationOptions.LengthPenalty"/>; null without beam search.</param>
public sealed record GeneratedText(IReadOnlyList<int> Ids, string Text, FinishReason FinishReason, double LogProbability, double? Score);
