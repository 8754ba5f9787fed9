using Pipeline.TextMetrics.Statistics;

namespace Pipeline.Cli.Reports;

/// <summary>One recipe on one slice of a batch; what it does not have is null.</summary>
/// <param name="Slice">Which documents.</param>
/// <param name="Recipe">The recipe.</param>
/// <param name="Documents">How many documents.</param>
/// <param name="Scored">How many of them have ROUGE, as they have a reference.</param>
/// <param name="Rouge1">Mean F of ROUGE-1 with its 95 % interval, 0 to 1.</param>
/// <param name="Rouge2">The same of ROUGE-2.</param>
/// <param name="RougeL">The same of ROUGE-L.</param>
/// <param name="Seconds">Mean engine time of a document.</param>
/// <param name="Compression">Mean of length of the summary / length of the text.</param>
/// <param name="Information">Mean information density, facts and words per 100 characters.</param>
internal sealed record TableRow(
    string Slice, string Recipe, int Documents, int Scored, ConfidenceInterval? Rouge1, ConfidenceInterval? Rouge2, ConfidenceInterval? RougeL,
    double? Seconds, double? Compression, double? Information);
