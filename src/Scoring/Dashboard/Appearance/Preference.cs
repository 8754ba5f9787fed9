namespace Pipeline.Scoring.Dashboard.Appearance;

/// <summary>A choice of the reader that a cookie remembers.</summary>
/// <param name="Name">Name of the cookie and of the form field.</param>
/// <param name="Values">What it can be; anything else means: not chosen.</param>
internal sealed record Preference(string Name, IReadOnlyList<string> Values)
{
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(365);

    /// <summary>English or Chinese.</summary>
    public static Preference Language { get; } = new("pipeline-language", ["en", "zh"]);

    /// <summary>Light or dark; not chosen means: as the system is.</summary>
    public static Preference Theme { get; } = new("pipeline-theme", ["light", "dark"]);

    /// <summary>What was chosen, or nothing.</summary>
    public string Of(HttpRequest? request) =>
        request?.Cookies[Name] is { } value && Values.Contains(value) ? value : "";

    /// <summary>Remembers a choice, or forgets it when the value is none of ours.</summary>
    public void Set(HttpResponse response, string value)
    {
        if (Values.Contains(value))
        {
            response.Cookies.Append(Name, value, new CookieOptions { MaxAge = s_kept, SameSite = SameSiteMode.Strict, HttpOnly = true });
        }
        else
        {
            response.Cookies.Delete(Name);
        }
    }
}
