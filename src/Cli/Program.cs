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

// Without a timeout the library never cancels a command's token: Ctrl+C and SIGTERM would kill it with its files half-written.
return await command.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(5) });
