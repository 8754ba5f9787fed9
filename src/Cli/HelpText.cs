using System.Text.RegularExpressions;

namespace Pipeline.Cli;

/// <summary>Help as the library of the command line writes it, with the name that users call and in the user's language.</summary>
internal static partial class HelpText
{
    /// <summary>The same help in other words.</summary>
    public static string Reword(string text)
    {
        text = Program().Replace(text, "./pipeline");
        return Language.IsChinese ? Fixed().Replace(text, match => Chinese(match.Value)) : text;
    }

    private static string Chinese(string english) => english switch
    {
        "Description:" => "说明：",
        "Usage:" => "用法：",
        "Arguments:" => "参数：",
        "Options:" => "选项：",
        "Commands:" => "子命令：",
        "Show help and usage information" => "显示帮助",
        "Show version information" => "显示版本",
        "[command]" => "[子命令]",
        "[options]" => "[选项]",
        "[default: " => "[默认：",
        _ => "（必填）",
    };

    [GeneratedRegex(@"(?<=^\s+)Pipeline\.Cli\b", RegexOptions.Multiline)]
    private static partial Regex Program();

    [GeneratedRegex(@"^(Description|Usage|Arguments|Options|Commands):(?=\r?$)|Show (help and usage|version) information|\[command\]|\[options\]|\[default: |\(REQUIRED\)", RegexOptions.Multiline)]
    private static partial Regex Fixed();
}
