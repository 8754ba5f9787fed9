using System.Globalization;
using System.Text.Json;
using Pipeline.Scoring.Comparison;
using Pipeline.TextMetrics.Statistics;
using Spectre.Console;

namespace Pipeline.Cli.Comparison;

/// <summary>A comparison for a person or for a program.</summary>
internal static class ComparisonOutput
{
    // What is compared: means as they are, or x 100 where everybody writes it so.
    private static readonly string[] s_percent = ["rouge1", "rouge2", "rougeL", "rougeLsum"];

    /// <summary>The rows as a table.</summary>
    public static Table Table(IReadOnlyList<ComparisonRow> rows, string a, string b)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns(Say("slice", "切片"), Say("metric", "指标"));
        foreach (var name in (string[])
        [
            "n", Markup.Escape(a), Markup.Escape(b), Say("difference", "差"), Say("95 % interval", "95 % 区间"), "p", "p (Holm)", Say("wins", "胜"),
            Say("losses", "负"), Say("ties", "平"),
        ])
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (var row in rows)
        {
            var result = row.Result;
            string N(double value) => s_percent.Contains(row.Metric)
                ? (100 * value).ToString("F2", CultureInfo.InvariantCulture)
                : value.ToString("F4", CultureInfo.InvariantCulture);
            table.AddRow(
                Markup.Escape(row.Slice), row.Metric, Count(result.Count), N(result.MeanA), N(result.MeanB),
                (result.Delta.Mean > 0 ? "+" : "") + N(result.Delta.Mean) + (row.IsSignificant ? " *" : ""),
                $"{N(result.Delta.Low)} .. {N(result.Delta.High)}", P(result.P), P(row.HolmP), Count(result.Wins), Count(result.Losses), Count(result.Ties));
        }

        return table.Caption(Say(
            "difference: second - first; * p (Holm) at most 0.05; ROUGE is F x 100",
            "差：后者 − 前者；* 表示 p (Holm) 不大于 0.05；ROUGE 为 F × 100"));
    }

    /// <summary>One row, into an object that has begun.</summary>
    public static void WriteRow(Utf8JsonWriter json, ComparisonRow row, double? minDifference)
    {
        foreach (var property in JsonSerializer.SerializeToElement(ComparisonDocument.Of(row, minDifference)).EnumerateObject())
        {
            property.WriteTo(json);
        }
    }

    /// <summary>Says which samples are smaller than the test needs, and how many pairs it needs.</summary>
    public static void WriteWarnings(TextWriter errors, IReadOnlyList<ComparisonRow> rows, double? minDifference)
    {
        foreach (var row in rows.Where(row => row.Result.Count < Needed(row, minDifference) && !row.IsSignificant))
        {
            var where = $"{row.Slice}, {row.Metric}";
            var (count, needed) = (row.Result.Count, Needed(row, minDifference));
            errors.WriteLine(count < PairedTest.MinimumCount
                ? Say($"{where}: {count} pairs; with fewer than {PairedTest.MinimumCount} nothing can be significant", $"{where}：只有 {count} 对；少于 {PairedTest.MinimumCount} 对时不可能显著")
                : Say(
                    $"{where}: {count} pairs find a difference of {minDifference:0.####} in fewer than 80 of 100 cases; about {needed} are needed",
                    $"{where}：{count} 对发现 {minDifference:0.####} 差异的机会不到 80 %；约需 {needed} 对"));
        }
    }

    private static int Needed(ComparisonRow row, double? minDifference) =>
        minDifference is { } difference ? row.Needed(difference) : PairedTest.MinimumCount;

    private static string Count(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string P(double p) => p < 0.0001 ? "<0.0001" : p.ToString("F4", CultureInfo.InvariantCulture);
}
