using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pipeline.Ingest.Dispatch;

/// <summary>
/// Whether work is being dispatched. Tells what a connection check cannot: a broker with a memory or disk alarm accepts connections
/// and confirms nothing.
/// </summary>
internal sealed class DispatcherHealth : IHealthCheck
{
    private volatile string? _fault;

    /// <summary>Dispatching works.</summary>
    public void Works() => _fault = null;

    /// <summary>Dispatching was interrupted.</summary>
    public void Interrupted(Exception exception) => _fault = exception is OperationCanceledException or TimeoutException
        ? "sends are not confirmed in time; does RabbitMQ have a memory or disk alarm?"
        : exception.GetType().Name;

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_fault is { } fault ? HealthCheckResult.Degraded("nothing is dispatched: " + fault) : HealthCheckResult.Healthy());
}
