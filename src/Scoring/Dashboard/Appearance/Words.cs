namespace Pipeline.Scoring.Dashboard.Appearance;

/// <summary>What pages say, in the reader's language: the one chosen on the page, else the one that the browser prefers.</summary>
/// <remarks>Recipes and figures are data and the same in every language; <see cref="CodeWords"/> has the states.</remarks>
public sealed class Words(IHttpContextAccessor accessor)
{
    private readonly string _language = Preference.Language.Of(accessor.HttpContext?.Request) is { Length: > 0 } chosen
        ? chosen
        : Preferred(accessor.HttpContext?.Request);

    /// <summary>Code for the page's <c>lang</c>.</summary>
    public string Code => IsChinese ? "zh-CN" : "en";

    /// <summary>True when pages are in Chinese.</summary>
    public bool IsChinese => _language == "zh";

    /// <summary>One text in both languages, side by side so that neither is forgotten.</summary>
    public string this[string english, string chinese] => IsChinese ? chinese : english;

    // Accept-Language lists by weight; the first of our two languages with the highest weight counts.
    private static string Preferred(HttpRequest? request) =>
        (request?.GetTypedHeaders().AcceptLanguage ?? [])
            .OrderByDescending(entry => entry.Quality ?? 1)
            .Select(entry => entry.Value.ToString())
            .FirstOrDefault(value => IsTag(value, "zh") || IsTag(value, "en")) is { } best && IsTag(best, "zh") ? "zh" : "en";

    private static bool IsTag(string value, string language) =>
        value.Equals(language, StringComparison.OrdinalIgnoreCase) || value.StartsWith(language + "-", StringComparison.OrdinalIgnoreCase);
}
