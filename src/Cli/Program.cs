using System.CommandLine;
using System.CommandLine.Invocation;
using Pipeline.Cli;
using Pipeline.Cli.Commands;
using Spectre.Console;

// Into a file or a pipe nothing wraps: one row is one line.
if (Console.IsOutputRedirected)
{
    AnsiConsole.Profile.Width = 400;
}

var root = new RootCommand(Say("Summarises, embeds and scores work orders, and says how good the summaries are.", "为工单生成摘要和向量，评分，并说明摘要的质量。"))
{
    DemoCommand.Create(),
    MigrateCommand.Create(),
    SubmitCommand.Create(),
    StatusCommand.Create(),
    BatchCommand.Create(),
    IndexCommand.Create(),
    ResultsCommand.Create(),
    FailuresCommand.Create(),
    AlertsCommand.Create(),
    CalibrateCommand.Create(),
    BreachCommand.Create(),
    SearchCommand.Create(),
    AnswerCommand.Create(),
    SummarizeCommand.Create(),
    SimilarityCommand.Create(),
    EvaluateCommand.Create(),
    CompareCommand.Create(),
    ReportCommand.Create(),
    EmbeddersCommand.Create(),
    ReviewCommand.Create(),
    StabilityCommand.Create(),
    ScheduleCommand.Create(),
    RecipesCommand.Create(),
    ModelsCommand.Create(),
    KeysCommand.Create(),
    DashboardCommand.Create(),
};
var command = root.Parse(args);
if (command.Action is ParseErrorAction usage)
{
    usage.ShowHelp = false;
    await command.InvokeAsync();
    return ExitCode.Usage;
}

// Without a timeout the library never cancels a command's token: Ctrl+C and SIGTERM would leave files half-written.
return await command.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(5) });
