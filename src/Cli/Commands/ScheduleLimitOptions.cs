using System.CommandLine;
using Pipeline.Scoring.Evaluations;

namespace Pipeline.Cli.Commands;

/// <summary>What of a schedule can be said when it is made and changed later.</summary>
internal sealed class ScheduleLimitOptions
{
    private readonly Option<string?> _cron = new("--cron")
    {
        Description = Say("When: minute, hour, day of the month, month, day of the week, such as '0 3 * * *'.", "时间：分、时、日、月、星期，例如 '0 3 * * *'。"), HelpName = "CRON",
    };

    private readonly Option<string?> _zone = new("--time-zone") { Description = Say("Time zone of the cron expression, such as Asia/Shanghai. Default: UTC.", "cron 表达式的时区，例如 Asia/Shanghai。默认：UTC。"), HelpName = "ZONE" };

    private readonly Option<int?> _fresh = new("--fresh")
    {
        Description = Say(
            "Texts drawn for each run from what came in since the one before; 0 for none. Default: 100, for stability 0.",
            "每次从上次以来的新流入中抽取的文本数；0 为不用。默认：100，稳定性检查为 0。"), HelpName = "N",
    };

    private readonly Option<double?> _minDrop = new("--min-drop") { Description = Say("Smallest drop of a mean score that counts; 0.01 is one ROUGE point, and the default.", "计为下降的最小均值降幅；0.01 为一个 ROUGE 点，也是默认值。"), HelpName = "X" };

    private readonly Option<double?> _minChange = new("--min-change")
    {
        Description = Say(
            "How far summaries may move from the baseline's (1 - ROUGE-L) before it counts. Default: 0.1.",
            "摘要与基线摘要的差异（1 - ROUGE-L）达到多少才计入。默认：0.1。"), HelpName = "X",
    };

    private readonly Option<int?> _after = new("--alarm-after") { Description = Say("Runs with a drop, or unstable ones, that raise an alarm ... Default: 2.", "多少次下降或不稳定才告警 ... 默认：2。"), HelpName = "K" };

    private readonly Option<int?> _window = new("--alarm-window") { Description = Say("... of this many latest runs. Default: 3.", "... 在最近多少次运行之中。默认：3。"), HelpName = "M" };

    /// <summary>Adds them.</summary>
    /// <param name="command">The command.</param>
    /// <param name="isNew">Whether the time has to be said.</param>
    public void AddTo(Command command, bool isNew)
    {
        _cron.Required = isNew;
        foreach (var option in (Option[])[_cron, _zone, _fresh, _minDrop, _minChange, _after, _window])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What was said; null is what was not.</summary>
    public ScheduleChange Read(ParseResult result) => new(
        result.GetValue(_cron), result.GetValue(_zone), result.GetValue(_fresh), result.GetValue(_minDrop), result.GetValue(_minChange),
        result.GetValue(_after), result.GetValue(_window));
}
