using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Pipeline.Cli;
using Pipeline.Cli.Commands;
using Spectre.Console;

// Into a file or a pipe nothing wraps: one row is one line.
if (Console.IsOutputRedirected)
{
    AnsiConsole.Profile.Width = 400;
}

var command = PipelineCommand.Create().Parse(args);
if (command.Action is ParseErrorAction usage)
{
    var said = new StringWriter();
    usage.ShowHelp = false;
    await command.InvokeAsync(new InvocationConfiguration { Output = said, Error = said });
    Console.Error.WriteLine(UsageErrors.Reword(command, $"{said}").Trim());
    return ExitCode.Usage;
}

if (command.Action is HelpAction)
{
    var help = new StringWriter();
    var code = await command.InvokeAsync(new InvocationConfiguration { Output = help });
    Console.Out.Write(HelpText.Reword($"{help}"));
    return code;
}

// Without a timeout the library never cancels a command's token: Ctrl+C and SIGTERM would leave files half-written.
return await command.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(5) });
