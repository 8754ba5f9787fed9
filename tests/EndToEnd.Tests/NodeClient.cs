using System.Diagnostics;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>OpenAI's client for Node.js, installed by npm into a folder of the build's output, once.</summary>
internal static class NodeClient
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The folder with the client and the script; the test is skipped where there is no npm, or no registry that it reaches.</summary>
    public static async Task<string> InstallAsync()
    {
        var source = Path.Combine(Checkout.Root, "tests", "EndToEnd.Tests", "OpenAiClient");
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "openai-client")).FullName;
        var package = await File.ReadAllTextAsync(Path.Combine(source, "package.json"), Token);
        var installed = Path.Combine(folder, "package.json");
        File.Copy(Path.Combine(source, "client.mjs"), Path.Combine(folder, "client.mjs"), overwrite: true);
        if (File.Exists(installed) && await File.ReadAllTextAsync(installed, Token) == package && Directory.Exists(Path.Combine(folder, "node_modules", "openai")))
        {
            return folder;
        }

        await File.WriteAllTextAsync(installed, package, Token);
        var (exitCode, output) = await RunAsync(folder, "npm", new Dictionary<string, string>(), "install", "--no-audit", "--no-fund", "--no-package-lock");
        if (exitCode != 0)
        {
            File.Delete(installed);
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"npm could not install the client: {output}");
            Assert.Skip($"npm could not install OpenAI's client; Node.js and a registry are needed: {output}");
        }

        return folder;
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string folder, string program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return (127, $"{program}: {exception.Message}");
        }

        using (process)
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
            await process.WaitForExitAsync(Token);
            return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await errors);
        }
    }
}
