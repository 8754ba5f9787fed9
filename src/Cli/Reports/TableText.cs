using System.Globalization;
using System.Text;
using Pipeline.Cli.Commands;
using Pipeline.Storage.Exports;
using Pipeline.TextMetrics.Statistics;
using Spectre.Console;

namespace Pipeline.Cli.Reports;

/// <summary>The table of a batch for people (terminal, Markdown) and programs (CSV, JSON).</summary>
internal static class TableText
{
    private static string[] Headers =>
    [
        Say("documents", "切片"), Say("recipe", "配方"), "n", "ROUGE-1", "ROUGE-2", "ROUGE-L", Say("s / document", "秒/篇"), Say("compression", "压缩比"), Say("information / 100", "信息/百字"),
    ];

    /// <summary>For a terminal.</summary>
    public static Table Table(BatchTable table)
    {
        var view = new Table().Border(TableBorder.Minimal);
        for (var i = 0; i < Headers.Length; i++)
        {
            view.AddColumn(i < 2 ? new TableColumn(Headers[i]) : new TableColumn(Headers[i]).RightAligned());
        }

        foreach (var row in table.Rows)
        {
            view.AddRow([.. Cells(row).Select(Markup.Escape)]);
        }

        return view.Caption(Markup.Escape(Caption(table)));
    }

    /// <summary>For a document.</summary>
    public static string Markdown(BatchTable table)
    {
        var text = new StringBuilder();
        Line(Headers);
        Line(Headers.Select((_, i) => i < 2 ? "---" : "--:"));
        foreach (var row in table.Rows)
        {
            Line(Cells(row).Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)));
        }

        return text.Append('\n').Append(Caption(table)).Append('\n').ToString();

        void Line(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    /// <summary>For a program: F from 0 to 1, empty where there is none.</summary>
    public static string Csv(BatchTable table)
    {
        var text = new StringBuilder("slice,recipe,documents,rouge1_f,rouge1_low,rouge1_high,rouge2_f,rouge2_low,rouge2_high,rougel_f,rougel_low,rougel_high,seconds,compression,information,rouge_documents\r\n");
        foreach (var row in table.Rows)
        {
            text.AppendJoin(',',
            [
                row.Slice, CsvCell.Quote(CsvCell.Disarm(row.Recipe)), row.Documents.ToString(CultureInfo.InvariantCulture), .. Numbers(row.Rouge1), .. Numbers(row.Rouge2),
                .. Numbers(row.RougeL), Number(row.Seconds), Number(row.Compression), Number(row.Information), row.Scored.ToString(CultureInfo.InvariantCulture),
            ]).Append("\r\n");
        }

        return text.ToString();

        static string[] Numbers(ConfidenceInterval? interval) => [Number(interval?.Mean), Number(interval?.Low), Number(interval?.High)];

        static string Number(double? value) => value?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>For a program, as one object.</summary>
    public static string Json(BatchTable table) => Utf8Output.Json(json =>
    {
        json.WriteNumber("batch", table.BatchId);
        json.WriteString("name", table.Batch);
        json.WriteString("rouge_signature", table.Signature);
        json.WriteStartArray("rows");
        foreach (var row in table.Rows)
        {
            json.WriteStartObject();
            json.WriteString("slice", row.Slice);
            json.WriteString("recipe", row.Recipe);
            json.WriteNumber("documents", row.Documents);
            json.WriteNumber("rouge_documents", row.Scored);
            Interval("rouge1", row.Rouge1);
            Interval("rouge2", row.Rouge2);
            Interval("rougeL", row.RougeL);
            Number("seconds", row.Seconds);
            Number("compression", row.Compression);
            Number("information", row.Information);
            json.WriteEndObject();
        }

        json.WriteEndArray();

        void Number(string name, double? value)
        {
            json.WritePropertyName(name);
            if (value is { } number)
            {
                json.WriteNumberValue(number);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        void Interval(string name, ConfidenceInterval? interval)
        {
            Number(name, interval?.Mean);
            json.WritePropertyName(name + "_ci95");
            if (interval is not { } known)
            {
                json.WriteNullValue();
                return;
            }

            json.WriteStartArray();
            json.WriteNumberValue(known.Low);
            json.WriteNumberValue(known.High);
            json.WriteEndArray();
        }
    });

    private static string Caption(BatchTable table) =>
        Say(
            $"Batch {table.Batch}: the documents that all of these recipes have summarised. ROUGE is F x 100 with its 95 % interval",
            $"批次 {table.Batch}：以上配方都处理过的文档。ROUGE 为 F × 100，括号内为 95 % 区间")
        + (table.Signature is { } signature ? $" ({signature})" : "") + Say(".", "。")
        + (table.Rows.Any(HasOthers) ? Say(" Of n documents those in brackets have a reference, and ROUGE is of these.", " n 后括号内为有参考摘要的文档数，ROUGE 只计这些文档。") : "");

    private static bool HasOthers(TableRow row) => row.Scored > 0 && row.Scored < row.Documents;

    private static string Count(TableRow row) => HasOthers(row)
        ? string.Create(CultureInfo.InvariantCulture, $"{row.Documents:N0} ({row.Scored:N0})")
        : row.Documents.ToString("N0", CultureInfo.InvariantCulture);

    private static string[] Cells(TableRow row) =>
    [
        row.Slice, row.Recipe, Count(row), Rouge(row.Rouge1), Rouge(row.Rouge2), Rouge(row.RougeL),
        row.Seconds?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "-", row.Compression?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-",
        row.Information?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-",
    ];

    private static string Rouge(ConfidenceInterval? interval) => interval is { } known
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * known.Mean:0.00} ({100 * known.Low:0.00}–{100 * known.High:0.00})")
        : "-";
}
