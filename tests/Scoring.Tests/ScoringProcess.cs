using Pipeline.Testing;

namespace Pipeline.Scoring.Tests;

/// <summary>The real service on a database of the test.</summary>
internal static class ScoringProcess
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Starts it with a password for the dashboard, or without any when it is empty.</summary>
    public static Task<ServiceProcess> StartAsync(DatabaseFixture database, string password = "")
    {
        HangfireStorage.Migrate(database.ConnectionString);
        return StartAsync(database.ConnectionString, password);
    }

    /// <summary>Starts it on a database that has Hangfire's tables.</summary>
    public static Task<ServiceProcess> StartAsync(string connectionString, string password)
    {
        var settings = new Dictionary<string, string>
        {
            ["PIPELINE__POSTGRES"] = connectionString,
            // Asked for by every service and used by the others only.
            ["PIPELINE__RABBITMQ"] = "amqp://nobody:nothing@127.0.0.1:1/",
        };
        if (password.Length > 0)
        {
            settings["PIPELINE__OPERATORPASSWORD"] = password;
        }

        return ServiceProcess.Start("Scoring", settings).ReadyAsync(s_patience);
    }
}
