using Microsoft.AspNetCore.Mvc;
using Pipeline.Scoring.Dashboard.Access;

namespace Pipeline.Scoring.Dashboard.Appearance;

/// <summary>Takes the switches of language and theme, also on the log-in page.</summary>
internal static class PreferenceEndpoints
{
    /// <summary>Maps it.</summary>
    public static void MapPreferences(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/preferences", (
            [FromForm] string? language, [FromForm] string? theme, [FromForm(Name = SessionEndpoints.ReturnParameter)] string? returnTo,
            HttpResponse response) =>
        {
            if (language is not null)
            {
                Preference.Language.Set(response, language);
            }

            if (theme is not null)
            {
                Preference.Theme.Set(response, theme);
            }

            return TypedResults.Redirect(SessionEndpoints.LocalPath(returnTo));
        }).AllowAnonymous();
}
