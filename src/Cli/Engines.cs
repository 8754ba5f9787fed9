using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Pipeline.Inference;
using Pipeline.Inference.Models;
using Pipeline.Inference.Recipes;
using Pipeline.Ingest.Sources;
using Pipeline.ServiceDefaults;

namespace Pipeline.Cli;

/// <summary>Recipes, models and engines of this machine; needs no servers.</summary>
internal sealed class Engines : IDisposable
{
    private readonly ServiceProvider _services;

    private Engines(ServiceProvider services) => _services = services;

    /// <summary>The recipes by name.</summary>
    public RecipeCatalog Recipes => _services.GetRequiredService<RecipeCatalog>();

    /// <summary>Makes engines.</summary>
    public EngineFactory Factory => _services.GetRequiredService<EngineFactory>();

    /// <summary>The imported models.</summary>
    public ModelStore Models => _services.GetRequiredService<ModelStore>();

    /// <summary>Reads the settings; opens nothing.</summary>
    public static Engines Open()
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning));
        services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        services.AddInference(Installation.Configuration());
        return new(services.BuildServiceProvider());
    }

    /// <summary>Runs a command that needs no servers and turns what can go wrong into a sentence with a remedy.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Func<Engines, Task<int>> command)
    {
        try
        {
            using var engines = Open();
            return await command(engines);
        }
        catch (OperationCanceledException)
        {
            return CommandRunner.Complain(Say("Interrupted.", "已中断。"));
        }
        catch (Exception exception) when (exception is UsageException or RecipeException)
        {
            CommandRunner.Complain(CommandRunner.InLanguage(exception));
            return ExitCode.Usage;
        }
        catch (Exception exception) when (SettingErrors.Describe(exception) is { } sentences)
        {
            return CommandRunner.Complain(sentences);
        }
        catch (Exception exception) when (exception is EngineException or ModelException or SourceException or IOException or UnauthorizedAccessException)
        {
            return CommandRunner.Complain(CommandRunner.InLanguage(exception));
        }
    }

    public void Dispose() => _services.Dispose();
}
