using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Pipeline.Cli.Evaluations;
using Pipeline.Cli.Status;
using Pipeline.Cli.Submission;
using Pipeline.Inference.Recipes;
using Pipeline.Scoring;
using Pipeline.Scoring.Evaluations;
using Pipeline.Storage;
using Pipeline.Storage.Evaluations;
using Pipeline.Storage.Reports;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>stability</c>: how much an engine's summaries of the same text differ when it draws its words.</summary>
internal static class StabilityCommand
{
    private const int MostListed = 10;

    public static Command Create()
    {
        var recipe = new Option<string>("--recipe", "-r") { Description = Say("The recipe to check.", "要检查的配方。"), HelpName = "NAME", Required = true };
        var batch = new Option<string?>("--batch", "-b") { Description = Say("Only documents of this batch (id or name).", "只用该批次的文档（批次号或名称）。"), HelpName = "BATCH" };
        var texts = Whole("--texts", Say("Texts to draw.", "抽取的文本数。"), StabilitySampling.UsualTexts, ScheduleDefinition.MinTexts, ScheduleDefinition.MaxTexts);
        var samples = Whole("--samples", Say("Generations of each text.", "每条文本生成的次数。"), StabilitySampling.UsualSamples, StabilitySampling.MinSamples, StabilitySampling.MaxSamples);
        var temperature = new Option<double?>("--temperature")
        {
            Description = Say("Above 0. Default: the recipe's own when it samples, else 0.7.", "大于 0。默认：配方自带的温度，否则 0.7。"), HelpName = "T",
        };
        temperature.Validators.Add(result =>
        {
            if (result.TryGet<double?>(out var given) && given is <= 0 or > StabilitySampling.MaxTemperature or double.NaN)
            {
                result.AddError(Say("--temperature must be above 0 and at most 2.", "--temperature 必须大于 0 且不超过 2。"));
            }
        });
        var json = new Option<bool>("--json") { Description = Say("Print one JSON object.", "输出一个 JSON 对象。") };
        var command = new Command(
            "stability",
            Say(
                "Generate a sample of texts several times with a temperature and say how much the summaries differ. Nothing of it enters the results.",
                "以一定温度多次生成样本文本的摘要，说明其差异。不会进入正式结果。"))
        {
            recipe, batch, texts, samples, temperature, json,
        };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            var definition = installation.Engines.Recipes.Find(result.GetRequiredValue(recipe), RecipeStage.Summarize);
            var isJson = result.GetValue(json);
            if (SampledRecipe.Temperature(definition) is not { } own)
            {
                PrintDeterministic(definition, isJson);
                return ExitCode.Success;
            }

            var used = result.GetValue(temperature) ?? (own > 0 ? own : SampledRecipe.DefaultTemperature);
            var registry = new RecipeRegistry(installation.DataSource);
            var variants = await SampledVariants.EnsureAsync(
                registry, await RecipeRows.EnsureAsync(registry, definition, cancellationToken), new(result.GetValue(samples), used), cancellationToken);
            var batchId = result.GetValue(batch) is { } name ? (await new BatchReports(installation.DataSource).FindAsync(name, cancellationToken)).Id : (long?)null;
            var start = await new EvaluationStarter(installation.DataSource).StartStabilityAsync(
                variants, used, batchId, result.GetValue(texts), cancellationToken);
            if (start.Texts < result.GetValue(texts))
            {
                await Console.Error.WriteLineAsync(Say($"there are {start.Texts:N0} texts; all of them are used", $"共有 {start.Texts:N0} 条文本；全部使用"));
            }

            var reports = new EvaluationReports(installation.DataSource);
            var run = await new EvaluationWaiter(reports, TimeProvider.System).WaitAsync(start.Run, cancellationToken);
            await PrintAsync(reports, run, isJson, cancellationToken);
            return run.Done > 0 ? ExitCode.Success : ExitCode.Failure;
        }));
        return command;
    }

    /// <summary>An option that takes a whole number within limits.</summary>
    internal static Option<int> Whole(string name, string description, int fallback, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            if (result.TryGet<int>(out var value) && (value < least || value > most))
            {
                result.AddError(Say($"{name} must be {least} to {most}.", $"{name} 必须在 {least} 到 {most} 之间。"));
            }
        });
        return option;
    }

    private static void PrintDeterministic(RecipeDefinition recipe, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { Recipe = recipe.Name, recipe.Engine, Verdict = "deterministic", Value = 0.0 }, StatusJson.Options));
        }
        else
        {
            Console.WriteLine(Say(
                $"{recipe.Name}: 0. The engine '{recipe.Engine}' draws nothing: the same text has the same summary each time, so nothing was generated.",
                $"{recipe.Name}：0。引擎 '{recipe.Engine}' 不做采样：同一文本每次的摘要都相同，因此没有生成。"));
        }
    }

    private static async Task PrintAsync(EvaluationReports reports, EvaluationRunRow run, bool json, CancellationToken cancellationToken)
    {
        var figures = await reports.FiguresAsync([run.Run], cancellationToken);
        if (json)
        {
            Console.WriteLine(EvaluationText.Json(run, figures[run.Run]));
            return;
        }

        AnsiConsole.Write(EvaluationText.Table([run], figures));
        var limit = Installation.Configuration().GetSection(ScoringOptions.SectionName).Get<ScoringOptions>()?.MaxStabilityDeviation
            ?? new ScoringOptions().MaxStabilityDeviation;
        var listed = await reports.UnstableTextsAsync(run.Run, limit, MostListed, cancellationToken);
        if (listed.Count > 0)
        {
            Console.WriteLine(Say(
                $"texts above {limit.ToString(CultureInfo.InvariantCulture)} by themselves, the worst first (with so few generations some are by chance):",
                $"自身超过 {limit.ToString(CultureInfo.InvariantCulture)} 的文本，最差的在前（生成次数少，部分属偶然）："));
            foreach (var (textId, externalId, deviation) in listed)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {externalId ?? "-"}  {deviation:0.0000}  (text_id {textId})"));
            }
        }
    }
}
