using System.Text.Json;
using Pipeline.TextMetrics;
using Pipeline.TextMetrics.Facts;
using Pipeline.TextMetrics.FailureClasses;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.Cli.Evaluation;

/// <summary>The text statistics of a line that has a source, under the names of docs/metrics.md. Null is what does not exist.</summary>
internal static class StatisticsJson
{
    public static void Write(Utf8JsonWriter json, string summary, string source, Tokenizer tokenizer)
    {
        var statistics = TextStatistics.Of(summary, source, tokenizer);
        json.WriteNumber("coverage", statistics.Fragments.Coverage);
        json.WriteNumber("density", statistics.Fragments.Density);
        json.WriteNumber("compression_newsroom", statistics.Fragments.Compression);
        Write(json, "char_ratio_codepoints", CompressionRatio.Of(summary, source));
        Write(json, "novel_1gram", statistics.Unigrams.Novel);
        Write(json, "novel_2gram", statistics.Bigrams.Novel);
        Write(json, "novel_3gram", statistics.Trigrams.Novel);
        Write(json, "repeated_1gram", statistics.Unigrams.Repeated);
        Write(json, "repeated_2gram", statistics.Bigrams.Repeated);
        Write(json, "number_precision", statistics.Numbers.Precision);
        Write(json, "fact_precision", statistics.Facts.Precision);
        json.WriteStartArray("unsupported");
        foreach (var span in statistics.Facts.Unsupported)
        {
            json.WriteStartObject();
            json.WriteNumber("start", span.Start);
            json.WriteNumber("length", span.Length);
            json.WriteString("kind", span.Kind.Name());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Write(json, "at_risk", statistics.Failures.AtRisk);
        Write(json, "failures", statistics.Failures.Failed);
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<FailureClass> failures)
    {
        json.WriteStartArray(name);
        foreach (var failure in failures)
        {
            json.WriteStringValue(failure.Name());
        }

        json.WriteEndArray();
    }
}
