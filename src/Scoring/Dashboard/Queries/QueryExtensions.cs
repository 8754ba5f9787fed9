namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>Wires what the pages read.</summary>
internal static class QueryExtensions
{
    /// <summary>Adds the queries and their connections.</summary>
    public static void AddDashboardQueries(this IServiceCollection services, string postgres)
    {
        services.AddSingleton(_ => new ReportSource(postgres));
        services.AddSingleton<BacklogQueries>();
        services.AddSingleton<DocumentQueries>();
        services.AddSingleton<QualityQueries>();
        services.AddSingleton<ComparisonQueries>();
    }
}
