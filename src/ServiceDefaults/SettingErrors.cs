using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Pipeline.ServiceDefaults;

/// <summary>What is wrong with the settings, by the names under which they are set.</summary>
public static partial class SettingErrors
{
    /// <summary>A sentence for each setting that is wrong, a line each; null where the exception is about something else.</summary>
    public static string? Describe(Exception exception) => exception switch
    {
        MisconfigurationException wrong => wrong.Message,
        OptionsValidationException wrong => string.Join(Environment.NewLine, wrong.Failures.Select(failure => Named(failure, wrong.OptionsType))),
        InvalidOperationException wrong when Conversion().Match(wrong.Message) is { Success: true } match =>
            $"{NameOf(match.Groups["setting"].Value)} is '{match.Groups["value"].Value}' and should be {Kind(match.Groups["type"].Value)}.",
        InvalidDataException { InnerException: { } inner } wrong when wrong.Message.StartsWith("Failed to load configuration", StringComparison.Ordinal) =>
            $"{wrong.Message} {Place(inner.InnerException ?? inner)}",
        AggregateException all when all.InnerExceptions.Select(Describe).ToList() is var sentences && !sentences.Contains(null) =>
            string.Join(Environment.NewLine, sentences),
        _ => null,
    };

    /// <summary>A setting by its path and by its variable in the environment.</summary>
    public static string NameOf(string setting) => $"{setting} ({setting.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant()})";

    // .NET names the property of a class, which nobody who sets it has ever seen.
    private static string Named(string failure, Type options)
    {
        var match = Rule().Match(failure);
        return match.Success && options.GetField("SectionName")?.GetRawConstantValue() is string section
            ? $"{NameOf($"{section}:{match.Groups["property"].Value.Replace('.', ':').Replace('[', ':').Replace("]", "", StringComparison.Ordinal)}")} {(match.Groups["rule"] is { Success: true } rule ? rule.Value + Days(rule.Value) : "is missing.")}"
            : Property().Replace(failure, "");
    }

    // 5 is five days, which nobody means who writes it.
    private static string Days(string rule) => rule.Contains("00:", StringComparison.Ordinal) ? " A number alone counts days." : "";

    // The reader of JSON counts lines from 0, at the end of its message.
    private static string Place(Exception exception) => exception is JsonException { LineNumber: { } line } json
        ? $"Line {line + 1}: {json.Message.Split(" LineNumber:")[0]}"
        : exception.Message;

    private static string Kind(string type) => type switch
    {
        "System.Int32" or "System.Int64" => "a whole number",
        "System.Double" => "a number",
        "System.Boolean" => "true or false",
        "System.TimeSpan" => "a time such as 00:05:00",
        "System.Uri" => "an address",
        _ => $"a {type}",
    };

    // Messages of the attributes on options, and of the binder: they are not translated by .NET, whatever the machine's language.
    [GeneratedRegex(@"^(\w+: )?The (field \w+\.(?<property>\S+) (?<rule>must .+)|\w+\.(?<property>\S+) field is required\.)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Rule();

    // Before a message of our own.
    [GeneratedRegex(@"^\w+: ")]
    private static partial Regex Property();

    [GeneratedRegex(@"^Failed to convert configuration value '(?<value>.*)' at '(?<setting>.+)' to type '(?<type>.+)'\.$", RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Conversion();
}
