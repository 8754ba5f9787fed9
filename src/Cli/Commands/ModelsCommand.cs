using System.CommandLine;

namespace Pipeline.Cli.Commands;

/// <summary><c>models</c>: imported models; needs no servers.</summary>
internal static class ModelsCommand
{
    public static Command Create() => new("models", "Import, list, verify, try and measure models. No servers are needed.")
    {
        ModelsImportCommand.Create(),
        ModelsListCommand.Create(),
        ModelsVerifyCommand.Create(),
        ModelsEmbedCommand.Create(),
        ModelsGenerateCommand.Create(),
        ModelsBenchCommand.Create(),
    };
}
