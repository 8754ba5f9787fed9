using System.CommandLine;

namespace Pipeline.Cli.Commands;

/// <summary><c>models</c>: imported models; needs no servers.</summary>
internal static class ModelsCommand
{
    public static Command Create() => new("models", Say("Import, list, verify, try and measure models. No servers are needed.", "导入、列出、校验、试用和测量模型。不需要服务器。"))
    {
        ModelsImportCommand.Create(),
        ModelsListCommand.Create(),
        ModelsVerifyCommand.Create(),
        ModelsEmbedCommand.Create(),
        ModelsClassifyCommand.Create(),
        ModelsGenerateCommand.Create(),
        ModelsAgreeCommand.Create(),
        ModelsBenchCommand.Create(),
    };
}
