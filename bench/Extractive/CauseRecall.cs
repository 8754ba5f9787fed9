using System.Text.RegularExpressions;
using Pipeline.Inference;
using Pipeline.TextMetrics.Rouge;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.Extractive;

/// <summary>How much a summary tells of the cause: recall of character ROUGE-L against the part of the reference that names it.</summary>
internal static partial class CauseRecall
{
    private static readonly RougeScorer _scorer = new(Tokenizers.Get("char"));

    /// <summary>One value for each pair of the class <c>implicit-cause</c> whose reference has a word of cause.</summary>
    public static async Task<IReadOnlyList<double>> OfAsync(ISummarizer engine, IReadOnlyList<Pair> pairs)
    {
        var causes = pairs.Where(pair => pair.Groups.Contains("implicit-cause"))
            .Select(pair => (pair.Text, Cause: Named().Match(pair.Reference).Groups["cause"].Value))
            .Where(pair => pair.Cause.Length > 0).ToList();
        var recalls = new double[causes.Count];
        await foreach (var outcome in engine.SummarizeAsync([.. causes.Select(cause => cause.Text)], CancellationToken.None))
        {
            recalls[outcome.Index] = _scorer.Score(outcome.Value!.Text, causes[outcome.Index].Cause).RougeL.Recall;
        }

        return recalls;
    }

    [GeneratedRegex("(疑因|原因是|[，、]因|系|疑|because|probably)(?<cause>[^；;]+)")]
    private static partial Regex Named();
}
