using System.CommandLine;
using System.Globalization;
using Pipeline.Cli.Health;

namespace Pipeline.Cli.Commands;

/// <summary><c>calibrate</c>: limits of health from a batch whose summaries are taken as good.</summary>
internal static class CalibrateCommand
{
    private const string DefaultLengths = "50,100,200,400,800";

    public static Command Create()
    {
        var batch = new Option<string>("--batch", "-b") { Description = Say("Batch id or name; its summaries are taken as good.", "批次号或名称；其摘要视为合格。"), HelpName = "B", Required = true };
        var recipe = new Option<string?>("--recipe") { Description = Say("Only this recipe. Default: all of the batch.", "仅此配方。默认：批次的全部配方。"), HelpName = "R" };
        var lengths = new Option<string>("--lengths")
        {
            Description = Say("Longest text of each band but the last, in characters.", "除最后一个区间外，各区间的最大字数。"), HelpName = "N,N,...", DefaultValueFactory = _ => DefaultLengths,
        };
        var falseAlarms = new Option<double>("--false-alarms")
        {
            Description = Say("Share of good summaries that each limit may flag.", "每个阈值允许误报的合格摘要比例。"), HelpName = "SHARE", DefaultValueFactory = _ => 0.01,
        };
        falseAlarms.Validators.Add(result =>
        {
            if (result.TryGet<double>(out var given) && given is not (>= 0.0001 and <= 0.2))
            {
                result.AddError(Say("--false-alarms must lie between 0.0001 and 0.2.", "--false-alarms 须在 0.0001 到 0.2 之间。"));
            }
        });
        var apply = new Option<bool>("--apply") { Description = Say("Put the limits in force and judge stored scores anew.", "启用阈值，并重新判定已有评分。") };
        var reset = new Option<bool>("--reset") { Description = Say("Go back to the limits of the settings.", "恢复使用配置中的阈值。") };
        var json = new Option<bool>("--json") { Description = Say("One JSON object per recipe.", "每个配方一个 JSON 对象。") };
        var command = new Command(
            "calibrate",
            Say(
                "Propose limits of health for each recipe and length of text from a batch, with the false alarms they imply.",
                "根据一个批次，为每个配方和文本长度建议健康阈值，并给出相应的误报率。")) { batch, recipe, lengths, falseAlarms, apply, reset, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(apply) && result.GetValue(reset))
            {
                result.AddError(Say("--apply and --reset exclude each other.", "--apply 与 --reset 不能同时使用。"));
            }
        });
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(installation => new Calibration(
            installation,
            new CalibrationRequest(
                result.GetRequiredValue(batch), result.GetValue(recipe), Lengths(result.GetRequiredValue(lengths)), result.GetValue(falseAlarms),
                result.GetValue(reset) ? CalibrationStep.Reset : result.GetValue(apply) ? CalibrationStep.Apply : CalibrationStep.Propose,
                result.GetValue(json))).RunAsync(cancellationToken)));
        return command;
    }

    private static int[] Lengths(string value)
    {
        var edges = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var edge) && edge is > 0 and < int.MaxValue ? edge : 0)
            .ToArray();
        return edges.Zip(edges.Prepend(0)).All(pair => pair.First > pair.Second)
            ? edges
            : throw new UsageException(Say(
                $"--lengths must be ascending whole numbers such as {DefaultLengths}, not '{value}'.", $"--lengths 须为递增的整数，例如 {DefaultLengths}，而不是 '{value}'。"));
    }
}
