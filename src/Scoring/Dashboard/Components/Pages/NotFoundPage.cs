namespace Pipeline.Scoring.Dashboard.Components.Pages;

/// <summary>A page that says itself that what it is about does not exist.</summary>
internal static class NotFoundPage
{
    /// <summary>Gives the answer the status 404, at the last moment: a page that says so earlier is replaced by an empty one.</summary>
    public static void Announce(HttpContext http) => http.Response.OnStarting(() =>
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });

    /// <summary>The same when a link named what is missing; without a name there is only nothing yet.</summary>
    public static void AnnounceNamed(HttpContext http, string? name)
    {
        if (!string.IsNullOrEmpty(name))
        {
            Announce(http);
        }
    }
}
