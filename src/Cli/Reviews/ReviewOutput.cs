using System.Globalization;
using System.Text.Json;
using Pipeline.Scoring.Reviews;
using Pipeline.Storage.Reviews;
using Pipeline.TextMetrics.Statistics;
using Spectre.Console;

namespace Pipeline.Cli.Reviews;

/// <summary>Reviews and their reports for a person or for a program.</summary>
internal static class ReviewOutput
{
    /// <summary>A review as an object for JSON; it tells nothing about recipes.</summary>
    public static object Json(ReviewRow review) => new
    {
        Review = review.Id,
        review.Name,
        review.BatchId,
        review.Batch,
        review.Documents,
        review.Summaries,
        review.Reviewers,
        review.CreatedAt,
        review.ClosedAt,
    };

    /// <summary>Reviews as a table.</summary>
    public static Table Table(IReadOnlyList<ReviewRow> reviews)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns(
            "id", Say("name", "名称"), Say("batch", "批次"), Say("documents", "文档"), Say("summaries of each", "每篇摘要数"), Say("rated", "已评"), Say("created (UTC)", "创建时间 (UTC)"),
            Say("closed (UTC)", "结束时间 (UTC)"));
        foreach (var review in reviews)
        {
            table.AddRow(
                Whole(review.Id), Markup.Escape(review.Name), Markup.Escape(review.Batch), Whole(review.Documents), Whole(review.Summaries),
                Markup.Escape(string.Join(", ", review.Reviewers.Select(progress => $"{progress.Reviewer} {progress.Documents}"))), Time(review.CreatedAt), Time(review.ClosedAt));
        }

        return reviews.Count > 0 ? table : table.Caption(Say("none yet; './pipeline review create' makes one", "还没有评审；'./pipeline review create' 可创建"));
    }

    /// <summary>Prints a report as tables.</summary>
    public static void Print(ReviewReport report)
    {
        var means = new Table().Border(TableBorder.Minimal).AddColumns(Say("recipe", "配方"), Say("criterion", "标准"), "n", Say("mean", "均值"), Say("95 % interval", "95 % 区间"));
        foreach (var mean in report.Means)
        {
            means.AddRow(Markup.Escape(mean.Recipe), Name(mean.Criterion), Whole(mean.Documents), N(mean.Mean.Mean), Interval(mean.Mean));
        }

        AnsiConsole.Write(means);
        var differences = new Table().Border(TableBorder.Minimal).AddColumns(
            Say("first", "前者"), Say("second", "后者"), Say("criterion", "标准"), "n", Say("difference", "差"), Say("95 % interval", "95 % 区间"), "p (Holm)",
            Say("wins / losses / ties", "胜 / 负 / 平"));
        foreach (var row in report.Differences)
        {
            var result = row.Result;
            differences.AddRow(
                Markup.Escape(row.A), Markup.Escape(row.B), Name(row.Criterion), Whole(result.Count), (result.Delta.Mean > 0 ? "+" : "") + N(result.Delta.Mean) + (row.IsSignificant ? " *" : ""),
                Interval(result.Delta), row.HolmP.ToString("F4", CultureInfo.InvariantCulture), $"{result.Wins} / {result.Losses} / {result.Ties}");
        }

        AnsiConsole.Write(differences.Caption(Say("difference: second - first; * p (Holm) at most 0.05", "差：后者 − 前者；* 表示 p (Holm) 不大于 0.05")));
        var agreement = new Table().Border(TableBorder.Minimal).AddColumns(Say("criterion", "标准"), Say("summaries rated twice", "至少两人评的摘要"), Say("Krippendorff's alpha", "Krippendorff α"));
        foreach (var row in report.Agreement)
        {
            agreement.AddRow(Name(row.Criterion), Whole(row.Summaries), row.Alpha is { } alpha ? N(alpha) : "-");
        }

        AnsiConsole.Write(agreement.Caption(Say($"reviewers: {Markup.Escape(string.Join(", ", report.Reviewers))}", $"评审人：{Markup.Escape(string.Join("、", report.Reviewers))}")));
    }

    /// <summary>Writes the properties of a report.</summary>
    public static void Write(Utf8JsonWriter json, ReviewRow review, ReviewReport report)
    {
        json.WriteNumber("review", review.Id);
        json.WriteString("name", review.Name);
        json.WriteNumber("batch_id", review.BatchId);
        json.WriteNumber("documents", report.Documents);
        json.WriteStartArray("reviewers");
        foreach (var reviewer in report.Reviewers)
        {
            json.WriteStringValue(reviewer);
        }

        json.WriteEndArray();
        Array(json, "means", report.Means, mean =>
        {
            json.WriteString("recipe", mean.Recipe);
            json.WriteString("criterion", mean.Criterion);
            json.WriteNumber("n", mean.Documents);
            json.WriteNumber("mean", mean.Mean.Mean);
            WriteInterval(json, "ci95", mean.Mean);
        });
        Array(json, "differences", report.Differences, row =>
        {
            json.WriteString("a", row.A);
            json.WriteString("b", row.B);
            json.WriteString("criterion", row.Criterion);
            json.WriteNumber("n", row.Result.Count);
            json.WriteNumber("delta", row.Result.Delta.Mean);
            WriteInterval(json, "delta_ci95_percentile", row.Result.Delta);
            json.WriteNumber("p", row.Result.P);
            json.WriteNumber("p_holm", row.HolmP);
            json.WriteBoolean("significant", row.IsSignificant);
            json.WriteNumber("wins", row.Result.Wins);
            json.WriteNumber("losses", row.Result.Losses);
            json.WriteNumber("ties", row.Result.Ties);
            json.WriteNumber("needed", row.Needed);
        });
        Array(json, "agreement", report.Agreement, row =>
        {
            json.WriteString("criterion", row.Criterion);
            json.WriteNumber("summaries", row.Summaries);
            if (row.Alpha is { } alpha)
            {
                json.WriteNumber("alpha", alpha);
            }
            else
            {
                json.WriteNull("alpha");
            }
        });
    }

    /// <summary>Says which numbers rest on too little, and how much they need.</summary>
    public static void WriteWarnings(TextWriter errors, ReviewReport report)
    {
        if (report.Agreement.All(row => row.Summaries == 0))
        {
            errors.WriteLine(Say(
                $"agreement: no document has two reviewers; at least {ReviewReport.MinimumReviewers} reviewers of the same documents are needed",
                $"一致性：没有文档由两人评分；至少需要 {ReviewReport.MinimumReviewers} 人评同一批文档"));
        }

        if (report.Documents < PairedTest.MinimumCount)
        {
            errors.WriteLine(Say(
                $"differences: {report.Documents} documents; with fewer than {PairedTest.MinimumCount} nothing can be significant",
                $"差异：只有 {report.Documents} 篇文档；少于 {PairedTest.MinimumCount} 篇时不可能显著"));
            return;
        }

        foreach (var row in report.Differences.Where(row => row.Result.Count < row.Needed && !row.IsSignificant))
        {
            errors.WriteLine(Say(
                $"{row.B} - {row.A}, {row.Criterion}: {row.Result.Count} documents find half a step in fewer than 80 of 100 cases; about {row.Needed} are needed",
                $"{row.B} − {row.A}，{Name(row.Criterion)}：{row.Result.Count} 篇文档发现半级差异的机会不到 80 %；约需 {row.Needed} 篇"));
        }
    }

    private static void Array<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> rows, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var row in rows)
        {
            json.WriteStartObject();
            write(row);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteInterval(Utf8JsonWriter json, string name, ConfidenceInterval interval)
    {
        json.WriteStartArray(name);
        json.WriteNumberValue(interval.Low);
        json.WriteNumberValue(interval.High);
        json.WriteEndArray();
    }

    private static string Name(string criterion) => criterion switch
    {
        "consistency" => Say("consistency", "一致性"),
        "density" => Say("density", "信息密度"),
        _ => Say("readability", "可读性"),
    };

    private static string Interval(ConfidenceInterval interval) => $"{N(interval.Low)} .. {N(interval.High)}";

    private static string N(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";
}
