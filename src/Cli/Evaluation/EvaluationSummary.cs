using System.Globalization;
using System.Text;
using System.Text.Json;
using Pipeline.TextMetrics.Rouge;
using Spectre.Console;

namespace Pipeline.Cli.Evaluation;

/// <summary>The end of a run, for a person or for a program.</summary>
internal static class EvaluationSummary
{
    public static void WriteTable(TextWriter writer, EvaluationTotals totals, RougeSignature signature)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(Say("score", "分数"));
        table.AddColumn(new TableColumn(Say("mean F x 100", "平均 F × 100")).RightAligned());
        table.AddColumn(new TableColumn(Say("95 % interval", "95 % 区间")).RightAligned());
        foreach (var (name, f) in totals.Intervals())
        {
            table.AddRow(name, Percent(f.Mean), $"{Percent(f.Low)} - {Percent(f.High)}");
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        console.Write(table);
        writer.WriteLine(Say(
            $"pairs {totals.Pairs}, skipped {totals.Skipped}, without tokens {totals.WithoutTokens}",
            $"共 {totals.Pairs} 对，跳过 {totals.Skipped}，无词元 {totals.WithoutTokens}"));
        writer.WriteLine(signature.ToString());
    }

    public static void WriteJson(TextWriter writer, EvaluationTotals totals, RougeSignature signature)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("signature", signature.ToString());
            json.WriteNumber("pairs", totals.Pairs);
            json.WriteNumber("skipped", totals.Skipped);
            json.WriteNumber("no_tokens", totals.WithoutTokens);
            foreach (var (name, f) in totals.Intervals())
            {
                json.WriteStartObject(name);
                json.WriteNumber("f", f.Mean);
                json.WriteNumber("low", f.Low);
                json.WriteNumber("high", f.High);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        writer.WriteLine(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length));
    }

    private static string Percent(double value) => (100 * value).ToString("F2", CultureInfo.InvariantCulture);
}
