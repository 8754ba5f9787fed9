using System.Globalization;
using System.Text.Json;
using Pipeline.Cli.Status;
using Pipeline.Storage.Evaluations;
using Spectre.Console;

namespace Pipeline.Cli.Evaluations;

/// <summary>Runs and figures for people and for programs.</summary>
internal static class EvaluationText
{
    /// <summary>One run as one line of JSON.</summary>
    public static string Json(EvaluationRunRow run, IEnumerable<EvaluationFigure> figures) =>
        JsonSerializer.Serialize(RunDocument.Of(run, figures), StatusJson.Options);

    /// <summary>One row per figure, the runs in the order given.</summary>
    public static Table Table(IEnumerable<EvaluationRunRow> runs, ILookup<long, EvaluationFigure> figures)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns(
            Say("run", "运行"), Say("finished (UTC)", "完成时间 (UTC)"), Say("recipe", "配方"), Say("sample", "样本"), Say("measure", "指标"), Say("texts", "文本"),
            Say("failed", "失败"), Say("value", "值"), Say("change", "变化"), Say("95 % interval", "95 % 区间"), Say("baseline", "基线"), Say("verdict", "结论"));
        foreach (var run in runs)
        {
            if (!run.IsFinished)
            {
                table.AddRow(
                    N(run.Run), Say("running", "运行中"), "", "", "", N(run.Open + run.Done + run.Failed), N(run.Failed), "", "", "", "",
                    Say($"{run.Open:N0} open", $"剩余 {run.Open:N0}"));
            }

            foreach (var figure in figures[run.Run])
            {
                table.AddRow(
                    N(run.Run) + (run.IsBaseline ? "*" : ""), run.FinishedAt?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "",
                    Markup.Escape(figure.Recipe), figure.Part, figure.Measure, N(figure.Texts), N(figure.Failed), Number(figure.Value), Signed(figure.Change),
                    Interval(figure), figure.BaselineRun is { } baseline ? N(baseline) : "",
                    figure.Alarm ? $"{figure.Verdict}, {Say("alarm", "告警")}" : figure.Verdict);
            }
        }

        return table;
    }

    // Of a change; of a stability check, which is compared with no other run, of the value.
    private static string Interval(EvaluationFigure figure) => figure switch
    {
        { Low: null } => "",
        { Change: null } => $"{Number(figure.Low)} .. {Number(figure.High)}",
        _ => $"{Signed(figure.Low)} .. {Signed(figure.High)}",
    };

    private static string N(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "";

    private static string Signed(double? value) => value?.ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture) ?? "";
}
