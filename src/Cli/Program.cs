using System.CommandLine;
using System.CommandLine.Invocation;
using Pipeline.Cli;
using Pipeline.Cli.Commands;

var root = new RootCommand("Summarizes, embeds and scores Chinese work orders.") { EvaluateCommand.Create() };
var command = root.Parse(args);
if (command.Action is ParseErrorAction usage)
{
    usage.ShowHelp = false;
    await command.InvokeAsync();
    return ExitCode.Usage;
}

return await command.InvokeAsync();
