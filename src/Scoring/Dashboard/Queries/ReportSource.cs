using Npgsql;
using Pipeline.Storage;

namespace Pipeline.Scoring.Dashboard.Queries;

/// <summary>
/// The database as reports see it: nothing can be written, no statement runs for ever, and the planner may choose, unlike where services
/// look rows up.
/// </summary>
internal sealed class ReportSource(string postgres) : IAsyncDisposable
{
    private const string Careful = "-c default_transaction_read_only=on -c statement_timeout=120s -c jit=off";

    /// <summary>Connections for whole reports.</summary>
    public NpgsqlDataSource DataSource { get; } = Open(postgres);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => DataSource.DisposeAsync();

    private static NpgsqlDataSource Open(string postgres)
    {
        var settings = PipelineDataSource.Parse(postgres);
        (settings.MaxPoolSize, settings.CommandTimeout) = (4, 150);
        settings.Options = $"{settings.Options} {Careful}".Trim();
        return PipelineDataSource.Create(settings.ConnectionString, "pipeline-dashboard");
    }
}
