namespace Pipeline.Storage.Comparisons;

/// <summary>A summary with its scores; those that it does not have are null.</summary>
/// <param name="Text">The summary; null when texts were not asked for.</param>
/// <param name="Length">Its length in code points.</param>
/// <param name="Rouge1F">F of ROUGE-1 under the signature asked for, 0 to 1.</param>
/// <param name="Rouge2F">F of ROUGE-2.</param>
/// <param name="RougeLF">F of ROUGE-L.</param>
/// <param name="RougeLsumF">F of ROUGE-Lsum.</param>
/// <param name="Cosine">Similarity with the text, as the batch's embedder sees it.</param>
/// <param name="Compression">Length / length of the text.</param>
/// <param name="Seconds">Engine time.</param>
public sealed record ComparableSummary(
    string? Text, int Length, double? Rouge1F, double? Rouge2F, double? RougeLF, double? RougeLsumF, double? Cosine, double? Compression, double? Seconds);
