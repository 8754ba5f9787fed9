using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Pipeline.Cli;

/// <summary>What the library of the command line says of wrong arguments, in the user's language and without types of .NET.</summary>
internal static partial class UsageErrors
{
    /// <summary>All that it says of <paramref name="parsed"/>, in other words.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="said">What the library printed.</param>
    public static string Reword(ParseResult parsed, string said)
    {
        // Of a value that is none of an option's it does not name the option.
        foreach (var error in parsed.Errors.Where(error => Choice().IsMatch(error.Message)))
        {
            if ((error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult) is { Option.Name: var option })
            {
                said = said.Replace(
                    error.Message,
                    Choice().Replace(error.Message, Say($"'$1' is none of the values of {option}:$2", $"“$1”不是 {option} 的值，可用的值：$2")),
                    StringComparison.Ordinal);
            }
        }

        return Reword(said);
    }

    /// <summary>Its sentences in other words; those that are not known stay.</summary>
    public static string Reword(string text)
    {
        text = WholeNumber().Replace(text, Say("$2 takes a whole number, not '$1'.", "$2 需要整数，而不是“$1”。"));
        text = Number().Replace(text, Say("$2 takes a number, not '$1'.", "$2 需要数字，而不是“$1”。"));
        text = Time().Replace(text, Say("$2 takes a time such as 2026-01-31, not '$1'.", "$2 需要时间，例如 2026-01-31，而不是“$1”。"));
        text = Choice().Replace(text, Say("'$1' is none of the values:$2", "“$1”无效，可用的值：$2"));
        if (!Language.IsChinese)
        {
            return text;
        }

        text = MissingCommand().Replace(text, "缺少子命令。");
        text = Unknown().Replace(text, "无法识别的命令或参数“$1”。");
        text = MissingOption().Replace(text, "缺少选项 $1。");
        text = MissingValue().Replace(text, "$1 缺少值。");
        text = MissingArgument().Replace(text, "$1 缺少参数。");
        text = OneValue().Replace(text, "$1 只接受一个值，却给出了 $2 个。");
        return Meant().Replace(text, "没有“$1”。您要的是不是：");
    }

    [GeneratedRegex(@"Cannot parse argument '(.*?)' for (?:option|command) '(.*?)' as expected type '(?:System\.Nullable`1\[)?System\.Int(?:32|64)\]?'\.")]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"Cannot parse argument '(.*?)' for (?:option|command) '(.*?)' as expected type '(?:System\.Nullable`1\[)?System\.Double\]?'\.")]
    private static partial Regex Number();

    [GeneratedRegex(@"Cannot parse argument '(.*?)' for (?:option|command) '(.*?)' as expected type '(?:System\.Nullable`1\[)?System\.DateTimeOffset\]?'\.")]
    private static partial Regex Time();

    [GeneratedRegex(@"Argument '(.*?)' not recognized\. Must be one of:((?:\s+'.*?')+)")]
    private static partial Regex Choice();

    [GeneratedRegex(@"Required command was not provided\.")]
    private static partial Regex MissingCommand();

    [GeneratedRegex(@"Unrecognized command or argument '(.*?)'\.")]
    private static partial Regex Unknown();

    [GeneratedRegex(@"Option '(.*?)' is required\.")]
    private static partial Regex MissingOption();

    [GeneratedRegex(@"Required argument missing for option: '(.*?)'\.")]
    private static partial Regex MissingValue();

    [GeneratedRegex(@"Required argument missing for command: '(.*?)'\.")]
    private static partial Regex MissingArgument();

    [GeneratedRegex(@"Option '(.*?)' expects a single argument but (\d+) were provided\.")]
    private static partial Regex OneValue();

    [GeneratedRegex(@"'(.*?)' was not matched\. Did you mean one of the following\?")]
    private static partial Regex Meant();
}
