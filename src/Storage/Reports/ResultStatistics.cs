namespace Pipeline.Storage.Reports;

/// <summary>Text statistics of a summary: the columns of the view <c>pipeline.text_scores</c>; docs/metrics.md defines each.</summary>
/// <param name="Signature">Tokenizer and version behind them.</param>
/// <param name="Coverage">Share of the summary's tokens in extractive fragments.</param>
/// <param name="Density">Mean length of the fragment that a token lies in.</param>
/// <param name="CompressionNewsroom">Tokens of the text / tokens of the summary.</param>
/// <param name="Novel1Gram">Share of the summary's tokens that the text does not have; null without tokens.</param>
/// <param name="Novel2Gram">The same of pairs.</param>
/// <param name="Novel3Gram">The same of triples.</param>
/// <param name="Repeated1Gram">Share of the summary's tokens that occur more than once.</param>
/// <param name="Repeated2Gram">The same of pairs.</param>
/// <param name="NumberPrecision">Share of the summary's numbers that the text has; null without numbers.</param>
/// <param name="Facts">Numbers, amounts, dates, times and identifiers of the summary.</param>
/// <param name="FactPrecision">Share of them that the text supports; null without facts.</param>
/// <param name="Unsupported">Places that the text does not support, as JSON.</param>
/// <param name="AtRisk">Failure classes whose trap the text sets.</param>
/// <param name="Failures">Failure classes that the summary shows.</param>
public sealed record ResultStatistics(
    string Signature, double? Coverage, double? Density, double? CompressionNewsroom, double? Novel1Gram, double? Novel2Gram, double? Novel3Gram,
    double? Repeated1Gram, double? Repeated2Gram, double? NumberPrecision, long Facts, double? FactPrecision, string Unsupported,
    IReadOnlyList<string> AtRisk, IReadOnlyList<string> Failures);
