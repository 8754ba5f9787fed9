using Microsoft.ML.OnnxRuntime;
using Pipeline.Inference.Generation;
using Pipeline.Inference.Models;
using Pipeline.Inference.Tokenization;
using Pipeline.ServiceDefaults;

namespace Pipeline.Cli.Models;

/// <summary>Runs a command that needs the imported models and no servers, and turns what can go wrong into a sentence with a remedy.</summary>
internal static class ModelsRunner
{
    /// <summary>Runs <paramref name="command"/> on the configured store.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Func<ModelStore, Task<int>> command)
    {
        try
        {
            using var engines = Engines.Open();
            return await command(engines.Models);
        }
        catch (OperationCanceledException)
        {
            return CommandRunner.Complain("Interrupted.");
        }
        catch (Exception exception) when (exception is UsageException or GenerationException)
        {
            CommandRunner.Complain(exception.Message);
            return ExitCode.Usage;
        }
        catch (Exception exception) when (SettingErrors.Describe(exception) is { } sentences)
        {
            return CommandRunner.Complain(sentences);
        }
        catch (Exception exception) when (exception
            is ModelException or TokenizerException or IOException or UnauthorizedAccessException or InvalidDataException or FormatException)
        {
            return CommandRunner.Complain(exception.Message);
        }
        catch (OnnxRuntimeException exception)
        {
            return CommandRunner.Complain(Say($"ONNX Runtime failed: {exception.Message}", $"ONNX Runtime 出错：{exception.Message}"));
        }
    }
}
