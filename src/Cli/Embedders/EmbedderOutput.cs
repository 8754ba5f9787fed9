using System.Globalization;
using System.Text.Json;
using Pipeline.Storage.Embedders;
using Pipeline.TextMetrics.Statistics;
using Spectre.Console;

namespace Pipeline.Cli.Embedders;

/// <summary>Embedders and their comparison for a person or for a program.</summary>
internal static class EmbedderOutput
{
    private const double Level = 0.05;

    /// <summary>Retrieval, one row per task and measure.</summary>
    public static Table Retrieval(EmbedderComparison compared)
    {
        var table = Numbers(
            [Say("queries", "查询"), Say("measure", "指标")],
            [
                "n", Say("texts", "文本"), Markup.Escape(compared.A), Markup.Escape(compared.B), Say("difference", "差"), Say("95 % interval", "95 % 区间"), "p (Holm)",
                Say("wins / losses / ties", "胜 / 负 / 平"),
            ]);
        foreach (var row in compared.Retrieval)
        {
            var result = row.Result;
            table.AddRow(
                row.Task, row.Measure, N(result.Count), N(row.Texts), Interval(row.A), Interval(row.B),
                (result.Delta.Mean > 0 ? "+" : "") + F(result.Delta.Mean) + (row.HolmP <= Level ? " *" : ""), $"{F(result.Delta.Low)} .. {F(result.Delta.High)}",
                row.HolmP.ToString("F4", CultureInfo.InvariantCulture), $"{result.Wins} / {result.Losses} / {result.Ties}");
        }

        return table.Caption(Say("difference: second - first; * p (Holm) at most 0.05", "差：后者 − 前者；* 表示 p (Holm) 不大于 0.05"));
    }

    /// <summary>Cosines of texts and summaries, both embedders side by side.</summary>
    public static Table Drift(EmbedderComparison compared)
    {
        var table = Numbers(
            [Say("recipe", "配方"), Say("embedder", "向量模型")],
            ["n", Say("mean cosine", "平均余弦"), Say("st. dev.", "标准差"), .. DriftRow.Shares.Select(share => share.ToString("P0", CultureInfo.InvariantCulture))]);
        foreach (var row in compared.Drift)
        {
            table.AddRow([Markup.Escape(row.Recipe), Markup.Escape(row.Embedder), N(row.Count), F(row.Mean), F(row.StandardDeviation), .. row.Quantiles.Select(F)]);
        }

        return table.Caption(Say(
            "cosine of text and summary; percentages are quantiles. Limits of one embedder do not suit another: calibrate",
            "正文与摘要的余弦；百分比为分位数。阈值不能套用于另一个向量模型：请重新校准"));
    }

    /// <summary>Embedders of a batch.</summary>
    public static Table Progress(IReadOnlyList<EmbedderProgress> embedders)
    {
        var table = Numbers([Say("embedder", "向量模型"), Say("state", "状态")], [Say("texts", "文本"), Say("embedded", "已向量化"), Say("failed", "失败")]);
        foreach (var row in embedders)
        {
            table.AddRow(
                Markup.Escape(row.Embedder), row.IsCurrent ? Say("current", "当前") : row.IsComplete ? Say("ready", "就绪") : Say("beside", "并存"), N(row.Texts), N(row.Embedded), N(row.Failed));
        }

        return table;
    }

    /// <summary>Writes a comparison.</summary>
    public static void Write(Utf8JsonWriter json, EmbedderComparison compared)
    {
        json.WriteString("a", compared.A);
        json.WriteString("b", compared.B);
        json.WriteNumber("missing", compared.Missing);
        json.WriteStartArray("retrieval");
        foreach (var row in compared.Retrieval)
        {
            json.WriteStartObject();
            json.WriteString("queries", row.Task);
            json.WriteString("measure", row.Measure);
            json.WriteNumber("n", row.Result.Count);
            json.WriteNumber("texts", row.Texts);
            json.WriteNumber("mean_a", row.A.Mean);
            Bounds("ci95_a", row.A);
            json.WriteNumber("mean_b", row.B.Mean);
            Bounds("ci95_b", row.B);
            json.WriteNumber("delta", row.Result.Delta.Mean);
            Bounds("delta_ci95_percentile", row.Result.Delta);
            json.WriteNumber("p", row.Result.P);
            json.WriteNumber("p_holm", row.HolmP);
            json.WriteBoolean("significant", row.HolmP <= Level);
            json.WriteNumber("wins", row.Result.Wins);
            json.WriteNumber("losses", row.Result.Losses);
            json.WriteNumber("ties", row.Result.Ties);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("drift");
        foreach (var row in compared.Drift)
        {
            json.WriteStartObject();
            json.WriteString("recipe", row.Recipe);
            json.WriteString("embedder", row.Embedder);
            json.WriteNumber("n", row.Count);
            json.WriteNumber("mean", row.Mean);
            json.WriteNumber("stdev", row.StandardDeviation);
            foreach (var (share, value) in DriftRow.Shares.Zip(row.Quantiles))
            {
                json.WriteNumber(string.Create(CultureInfo.InvariantCulture, $"p{100 * share:00}"), value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();

        void Bounds(string name, ConfidenceInterval interval)
        {
            json.WriteStartArray(name);
            json.WriteNumberValue(interval.Low);
            json.WriteNumberValue(interval.High);
            json.WriteEndArray();
        }
    }

    /// <summary>Says what the numbers leave out, and which rest on too little.</summary>
    public static void WriteWarnings(TextWriter errors, EmbedderComparison compared)
    {
        if (compared.Missing > 0)
        {
            errors.WriteLine(Say(
                $"{compared.Missing:N0} texts could not be embedded by one of the two and are left out for both", $"{compared.Missing:N0} 条文本无法由其中之一向量化，两者均不计入"));
        }

        foreach (var task in compared.Retrieval.GroupBy(row => row.Task).Where(task => task.First().Result.Count < PairedTest.MinimumCount))
        {
            errors.WriteLine(Say(
                $"{task.Key}: {task.First().Result.Count} queries; with fewer than {PairedTest.MinimumCount} nothing can be significant",
                $"{task.Key}：只有 {task.First().Result.Count} 个查询；少于 {PairedTest.MinimumCount} 个时不可能显著"));
        }
    }

    private static Table Numbers(string[] names, string[] numbers)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns(names);
        foreach (var name in numbers)
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        return table;
    }

    private static string Interval(ConfidenceInterval interval) => $"{F(interval.Mean)} ({F(interval.Low)}–{F(interval.High)})";

    private static string F(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    private static string N(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
