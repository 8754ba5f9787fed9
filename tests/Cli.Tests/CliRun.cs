using System.Diagnostics;
using System.Text.Json;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests;

/// <summary>One run of the command line as a process: its exit code and what it said.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Errors)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The command line's assembly, for <c>dotnet</c>.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Pipeline.Cli.dll");

    /// <summary>The one JSON object on standard output.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Runs a command against a database in a folder; a file that is named relatively lies there.</summary>
    public static Task<CliRun> StartAsync(DatabaseFixture database, string folder, byte[]? input, params string[] arguments)
    {
        _ = TestServers.Postgres;
        return StartAsync(
            new Dictionary<string, string>
            {
                ["PIPELINE__POSTGRES"] = database.ConnectionString,
                ["PIPELINE__RABBITMQ"] = "amqp://nobody:nothing@127.0.0.1:1/",
            },
            folder,
            input,
            arguments);
    }

    /// <summary>Runs a command that needs no servers.</summary>
    public static Task<CliRun> StartAsync(Dictionary<string, string> environment, string folder, byte[]? input, params string[] arguments) =>
        StartProgramAsync(environment, folder, input, "dotnet", [Program, .. arguments]);

    /// <summary>Runs any program that runs the command line.</summary>
    public static async Task<CliRun> StartProgramAsync(
        Dictionary<string, string> environment, string folder, byte[]? input, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var errors = process.StandardError.ReadToEndAsync(Token);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input ?? [], Token);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading its input; the exit code tells.
        }

        await process.WaitForExitAsync(Token);
        return new CliRun(process.ExitCode, await output, await errors);
    }
}
