namespace Pipeline.Scoring.Dashboard;

/// <summary>
/// Headers that keep pages to themselves: nothing is fetched from elsewhere, no script runs that is not one of our files, nobody frames us.
/// </summary>
internal static class SecurityHeaders
{
    // Charts and progress bars carry their geometry in style attributes; style elements have to be files.
    private const string Ours =
        "default-src 'none'; script-src 'self'; style-src-elem 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    // The pages of Hangfire and Scalar have a script and styles inside.
    private const string Theirs =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'; "
        + "frame-ancestors 'none'; base-uri 'none'; object-src 'none'";

    /// <summary>Puts them on every answer.</summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // At the last moment: an answer that failed is begun anew, without the headers it had. By then a branch may have shortened the path.
        var path = context.Request.Path;
        context.Response.OnStarting(() =>
        {
            Write(path, context.Response.Headers);
            return Task.CompletedTask;
        });
        return next(context);
    });

    private static void Write(PathString path, IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = path.StartsWithSegments(DashboardExtensions.JobsPath) || path.StartsWithSegments("/scalar") ? Theirs : Ours;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
