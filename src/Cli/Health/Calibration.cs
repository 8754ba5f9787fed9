using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Pipeline.Cli.Status;
using Pipeline.Scoring;
using Pipeline.Storage.Reports;
using Pipeline.Storage.Scores;
using Pipeline.TextMetrics.Statistics;
using Spectre.Console;

namespace Pipeline.Cli.Health;

/// <summary>Proposes limits of health from what a batch has, and puts them in force.</summary>
internal sealed class Calibration(Installation installation, CalibrationRequest request)
{
    private const double Confidence = 0.95;

    private readonly int _needed = QuantileSampleSize.For(request.FalseAlarms, Confidence);

    /// <summary>Runs it.</summary>
    /// <returns>The exit code: a failure when limits were to be put in force and no length has enough texts for them.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var reports = new BatchReports(installation.DataSource);
        var batch = await reports.FindAsync(request.Batch, cancellationToken);
        var recipes = await reports.RecipesAsync(batch.Id, cancellationToken);
        var chosen = recipes.Where(recipe => request.Recipe is null || recipe.Name == request.Recipe).ToList();
        if (chosen.Count == 0)
        {
            var names = string.Join(", ", recipes.Select(recipe => recipe.Name));
            throw new UsageException(Say(
                $"Batch '{batch.Name}' has no recipe '{request.Recipe}'. It has: {names}.", $"批次 '{batch.Name}' 没有配方 '{request.Recipe}'。已有：{names}。"));
        }

        var bands = new HealthBands(installation.DataSource);
        var defaults = Defaults();
        var exitCode = ExitCode.Success;
        foreach (var recipe in chosen)
        {
            if (request.Step == CalibrationStep.Reset)
            {
                var reset = await bands.ApplyAsync(batch.Id, recipe.Id, batch.EmbedderId, [], defaults, cancellationToken);
                Print(recipe, [], reset);
                continue;
            }

            var proposals = await bands.ProposeAsync(batch.Id, recipe.Id, batch.EmbedderId, request.Lengths, request.FalseAlarms, cancellationToken);
            var usable = proposals.Where(IsUsable).ToList();
            int? judged = null;
            if (request.Step == CalibrationStep.Apply && usable.Count > 0)
            {
                judged = await bands.ApplyAsync(batch.Id, recipe.Id, batch.EmbedderId, usable, defaults, cancellationToken);
            }
            else if (request.Step == CalibrationStep.Apply)
            {
                exitCode = ExitCode.Failure;
            }

            Print(recipe, proposals, judged);
        }

        if (exitCode != ExitCode.Success)
        {
            CommandRunner.Complain(Say(
                $"No length has the {_needed} scored texts that are needed, so nothing was put in force. Widen the lengths (--lengths), allow more "
                + "false alarms (0.05 needs 59 texts), or use a larger batch.",
                $"没有任何长度区间达到所需的 {_needed} 条已评分文本，未启用任何阈值。可放宽区间（--lengths）、提高允许的误报率（0.05 需 59 条），或使用更大的批次。"));
        }

        return exitCode;
    }

    private bool IsUsable(BandProposal band) => band.Samples >= _needed && band.FalseAlarmRate is not null;

    /// <summary>The limits that Scoring takes where there are no others.</summary>
    private static HealthThresholds Defaults()
    {
        var options = new ScoringOptions();
        Installation.Configuration().GetSection(ScoringOptions.SectionName).Bind(options);
        return new HealthThresholds(options.MinCosine, options.MinCompression, options.MaxCompression);
    }

    private void Print(BatchRecipe recipe, IReadOnlyList<BandProposal> proposals, int? judged)
    {
        if (request.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    Recipe = recipe.Name,
                    FalseAlarms = request.FalseAlarms,
                    NeededSamples = _needed,
                    Bands = proposals.Select(band => new
                    {
                        band.MinChars, band.MaxChars, band.Samples, Enough = IsUsable(band), band.MinCosine, band.MinCompression, band.MaxCompression,
                        band.AlarmRate, band.FalseAlarmRate,
                    }),
                    Applied = judged is not null && request.Step == CalibrationStep.Apply,
                    Reset = request.Step == CalibrationStep.Reset,
                    JudgedAnew = judged,
                },
                StatusJson.Options));
            return;
        }

        if (proposals.Count > 0)
        {
            AnsiConsole.Write(Table(recipe, proposals));
        }

        if (judged is { } count)
        {
            Console.WriteLine(request.Step == CalibrationStep.Reset
                ? Say($"{recipe.Name}: the limits of the settings hold again; {count:N0} stored scores were judged anew", $"{recipe.Name}：恢复使用配置中的阈值；已重新判定 {count:N0} 条评分")
                : Say($"{recipe.Name}: limits are in force; {count:N0} stored scores were judged anew", $"{recipe.Name}：阈值已启用；已重新判定 {count:N0} 条评分"));
        }
    }

    private Table Table(BatchRecipe recipe, IReadOnlyList<BandProposal> proposals)
    {
        var table = new Table().Border(TableBorder.Minimal).Title(Markup.Escape(recipe.Name)).AddColumns(
            Say("characters", "字数"), Say("texts", "文本"), Say("least cosine", "最低余弦"), Say("compression", "压缩比"),
            Say("alarms now", "目前告警"), Say("false alarms then", "启用后误报"));
        foreach (var band in proposals)
        {
            var enough = IsUsable(band);
            table.AddRow(
                band.MaxChars is { } most ? $"{band.MinChars}–{most}" : $"{band.MinChars}+", N(band.Samples),
                enough ? Number(band.MinCosine) : Say($"{_needed} texts needed", $"需 {_needed} 条文本"),
                enough ? $"{Number(band.MinCompression)}–{Number(band.MaxCompression)}" : "", Percent(band.AlarmRate), enough ? Percent(band.FalseAlarmRate) : "");
        }

        return table;
    }

    private static string N(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "";

    private static string Percent(double? share) => share is { } value ? (100 * value).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "";
}
