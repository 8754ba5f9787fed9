namespace Pipeline.Cli;

/// <summary>
/// The language of messages, help and table headings: <c>--lang</c>, which the launcher keeps in <c>PIPELINE_LANG</c>, else the locale. What
/// programs read (JSON, CSV, states, codes) is the same in every language.
/// </summary>
internal static class Language
{
    /// <summary>True when messages are in Chinese.</summary>
    public static bool IsChinese { get; } = Wanted().StartsWith("zh", StringComparison.OrdinalIgnoreCase);

    /// <summary>One message in both languages, side by side so that neither is forgotten.</summary>
    public static string Say(string english, string chinese) => IsChinese ? chinese : english;

    private static string Wanted() =>
        ((string[])["PIPELINE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"])
            .Select(Environment.GetEnvironmentVariable)
            .FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? "";
}
