using Hangfire;
using MudBlazor.Services;
using Pipeline.Scoring.Dashboard.Access;
using Pipeline.Scoring.Dashboard.Actions;
using Pipeline.Scoring.Dashboard.Appearance;
using Pipeline.Scoring.Dashboard.Assets;
using Pipeline.Scoring.Dashboard.Components;
using Pipeline.Scoring.Dashboard.Queries;

namespace Pipeline.Scoring.Dashboard;

/// <summary>Wires the dashboard and Hangfire's.</summary>
internal static class DashboardExtensions
{
    /// <summary>Where Hangfire's dashboard is.</summary>
    public const string JobsPath = "/hangfire";

    /// <summary>Adds pages, access and what the pages read.</summary>
    public static void AddDashboard(this IServiceCollection services, string postgres)
    {
        services.AddAccess();
        services.AddRazorComponents();
        services.AddMudServices();
        services.AddHttpContextAccessor();
        services.AddScoped<Words>();
        services.AddSingleton(AssetStore.Load);
        services.AddDashboardQueries(postgres);
    }

    /// <summary>Maps them, all behind the log-in. Authentication and authorisation come before.</summary>
    public static void UseDashboard(this WebApplication app)
    {
        app.UseRateLimiter();
        app.UseAntiforgery();
        AssetStore.Map(app);
        app.MapSession();
        app.MapPreferences();
        app.MapRequeue();
        app.MapAlertActions();
        app.MapScheduleActions();
        app.MapRazorComponents<App>().RequireAuthorization(Policy.Read);

        // This overload drops Hangfire's own filter, which would trust every request that comes from the same host.
        app.MapHangfireDashboardWithAuthorizationPolicy(
            Policy.Administer, JobsPath,
            new DashboardOptions { DisplayStorageConnectionString = false, DashboardTitle = "Pipeline jobs" });
        if (app.Services.GetRequiredService<Credentials>().IsClosed)
        {
            app.Logger.DashboardClosed();
        }
    }
}
