using Microsoft.EntityFrameworkCore;
using Npgsql;
using Pipeline.Storage.Rows;

namespace Pipeline.Storage.Reports;

/// <summary>Batches as one tenant sees them: those of others do not exist.</summary>
public sealed class TenantBatches(NpgsqlDataSource dataSource)
{
    private readonly BatchReports _reports = new(dataSource);

    /// <summary>The tenant's batch of this name or id, or null.</summary>
    public async Task<BatchRow?> FindAsync(string tenant, string idOrName, CancellationToken cancellationToken)
    {
        await using var context = PipelineDbContext.Create(dataSource);
        var own = context.Batches.Where(row => row.Tenant == tenant);
        return await own.FirstOrDefaultAsync(row => row.Name == idOrName, cancellationToken)
            ?? (long.TryParse(idOrName, out var id) ? await own.FirstOrDefaultAsync(row => row.Id == id, cancellationToken) : null);
    }

    /// <summary>How far a batch is.</summary>
    public async Task<BatchStatus> StatusAsync(long batchId, CancellationToken cancellationToken) =>
        BatchStatus.Of(await _reports.ProgressAsync(batchId, newest: 0, cancellationToken));

    /// <summary>The tenant's batches, newest first.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="before">Only older ones than the batch with this id; null for the newest.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<BatchStatus>> ListAsync(string tenant, long? before, int limit, CancellationToken cancellationToken)
    {
        await using var context = PipelineDbContext.Create(dataSource);
        var ids = await context.Batches.Where(row => row.Tenant == tenant && (before == null || row.Id < before))
            .OrderByDescending(row => row.Id).Take(limit).Select(row => row.Id).ToListAsync(cancellationToken);
        return [.. (await _reports.ProgressAsync(ids, cancellationToken)).GroupBy(row => row.BatchId).Select(batch => BatchStatus.Of([.. batch]))];
    }
}
