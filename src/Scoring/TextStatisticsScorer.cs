using System.Text.Json;
using Pipeline.Storage.Scores;
using Pipeline.TextMetrics;
using Pipeline.TextMetrics.Facts;
using Pipeline.TextMetrics.FailureClasses;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.Scoring;

/// <summary>Text statistics on their way into the database.</summary>
internal static class TextStatisticsScorer
{
    private const string NoSpans = "[]";

    public static string Signature(Tokenizer tokenizer) => $"statistics|tok:{tokenizer.Signature}|v:{TextStatistics.Version}";

    public static TextStatisticsRow Measure(SummaryPair pair, Tokenizer tokenizer)
    {
        var statistics = TextStatistics.Of(pair.Summary, pair.Source, tokenizer);
        return new TextStatisticsRow
        {
            Coverage = statistics.Fragments.Coverage,
            Density = statistics.Fragments.Density,
            CompressionNewsroom = statistics.Fragments.Compression,
            Novel1Gram = statistics.Unigrams.Novel,
            Novel2Gram = statistics.Bigrams.Novel,
            Novel3Gram = statistics.Trigrams.Novel,
            Repeated1Gram = statistics.Unigrams.Repeated,
            Repeated2Gram = statistics.Bigrams.Repeated,
            NumberPrecision = statistics.Numbers.Precision,
            Facts = statistics.Facts.Facts,
            FactPrecision = statistics.Facts.Precision,
            Unsupported = Json(statistics.Facts.Unsupported),
            AtRisk = [.. statistics.Failures.AtRisk.Select(failure => failure.Name())],
            Failures = [.. statistics.Failures.Failed.Select(failure => failure.Name())],
        };
    }

    private static string Json(IReadOnlyList<UnsupportedSpan> spans) => spans.Count == 0
        ? NoSpans
        : JsonSerializer.Serialize(spans.Select(span => new { start = span.Start, length = span.Length, kind = span.Kind.Name() }));
}
