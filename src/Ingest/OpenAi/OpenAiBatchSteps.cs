using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Ingest.Http;
using Pipeline.Ingest.Sources;
using Pipeline.Storage;
using Pipeline.Storage.Batches;
using Pipeline.Storage.Files;
using Pipeline.Storage.Intake;
using Pipeline.Storage.OpenAi;
using Pipeline.Storage.Reports;

namespace Pipeline.Ingest.OpenAi;

/// <summary>One step of one batch. Each can be repeated.</summary>
internal sealed class OpenAiBatchSteps(
    NpgsqlDataSource dataSource, OpenAiBatches batches, StoredFiles files, OpenAiOutput output, HttpSubmitter submitter, BatchIntake intake,
    RecipeRegistry recipes, BatchReports reports, TenantBatches tenants, TimeProvider time, IOptions<ApiOptions> options, ILogger<OpenAiBatchSteps> logger)
{
    // Counting is exact and therefore not free: a twentieth of the time is spent on it.
    private const int CountingShare = 20;
    private static readonly TimeSpan s_maxOutage = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, (long Asked, TimeSpan Pause)> _counted = [];

    /// <summary>False while a batch was counted only just now.</summary>
    public bool IsDue(OpenAiBatchRow batch) =>
        !_counted.TryGetValue(batch.Id, out var counted) || time.GetElapsedTime(counted.Asked) >= counted.Pause;

    /// <summary>Does what the state asks for.</summary>
    public Task RunAsync(OpenAiBatchRow batch, CancellationToken cancellationToken) => batch switch
    {
        { State: OpenAiBatchState.Validating } => LoadAsync(batch, cancellationToken),
        { BatchId: { } id, State: OpenAiBatchState.InProgress } => CountAsync(batch, id, cancellationToken),
        { BatchId: { } id, State: OpenAiBatchState.Finalizing } => WriteAsync(batch, id, cancellationToken),
        { BatchId: { } id, State: OpenAiBatchState.Cancelling } => CancelAsync(batch, id, cancellationToken),
        { State: OpenAiBatchState.Cancelling } => batches.FinishAsync(batch.Id, null, null, cancellationToken),
        _ => batches.FailAsync(batch.Id, "batch_pruned", "The batch was pruned before its output was written. Start it again.", cancellationToken),
    };

    private async Task LoadAsync(OpenAiBatchRow batch, CancellationToken cancellationToken)
    {
        if (await files.FindAsync(batch.Tenant, batch.InputFileId, cancellationToken) is not { } file
            || await recipes.FindAsync(batch.EmbedderId, cancellationToken) is not { } embedder
            || await recipes.FindAsync(batch.RecipeId, cancellationToken) is not { } recipe)
        {
            await batches.FailAsync(batch.Id, "no_such_file", $"The input file {batch.InputFileId} was deleted. Upload it again.", cancellationToken);
            return;
        }

        await using var content = new StoredFileInput(files, file);
        var how = new SourceOptions { MaxTextBytes = options.Value.MaxTextBytes };
        try
        {
            // The batch's id is its name, so that a file that is submitted twice makes two batches; their results are shared all the same.
            var fingerprint = new SubmissionFingerprint(
                await content.FingerprintAsync(cancellationToken), file.Name, batch.Id, SourceFormat.OpenAiBatch, how, embedder.Sha256, [recipe.Sha256]);
            var submission = new BatchSubmission(batch.Tenant, batch.Id, file.Name, fingerprint.Compute(), embedder.Id, [recipe.Id]);
            await using var source = await PeekedSource.OpenAsync(content, how, SourceFormat.OpenAiBatch, cancellationToken);
            var opened = await intake.OpenAsync(submission, cancellationToken);
            if (!await batches.LoadingAsync(batch.Id, opened.Id, cancellationToken))
            {
                return;
            }

            var refused = opened.IsLoaded ? [] : (await submitter.LoadAsync(opened, submission, source, how.MaxTextBytes, cancellationToken)).Refused;
            if ((await intake.CountAsync(opened.Id, cancellationToken)).Accepted > 0)
            {
                await batches.LoadedAsync(batch.Id, cancellationToken);
                return;
            }

            await batches.FailAsync(
                batch.Id, "no_valid_request",
                $"No line of {file.Name} is a request that can be done. {(refused.Count > 0 ? $"Line {refused[0].Line}: {refused[0].Reason}" : "")}", cancellationToken);
        }
        catch (SourceException exception)
        {
            await batches.FailAsync(batch.Id, "unreadable_input", exception.Message, cancellationToken);
        }
    }

    private async Task<bool> CountAsync(OpenAiBatchRow batch, long batchId, CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        var rows = await reports.ProgressAsync(batchId, newest: 0, cancellationToken);
        _counted[batch.Id] = (asked, time.GetElapsedTime(asked) * CountingShare);
        var isFinished = rows.All(row => row.BatchState is "loaded" or "cancelled" && row.Pending + row.Running == 0);
        await batches.ProgressAsync(
            batch.Id, rows.Sum(row => row.Accepted + row.RejectedLines), rows.Sum(row => row.Done),
            rows.Sum(row => row.Rejected + row.Quarantined + row.RejectedLines), isFinished, cancellationToken);
        return isFinished;
    }

    private async Task CancelAsync(OpenAiBatchRow batch, long batchId, CancellationToken cancellationToken)
    {
        if (await tenants.FindAsync(batch.Tenant, batch.Id, cancellationToken) is { } row)
        {
            var outages = new OutageRetry(time, s_maxOutage, (fault, delay) => logger.SubmissionWaits(batchId, fault.GetType().Name, delay.TotalSeconds));
            try
            {
                await new BatchCanceller(dataSource, reports, outages).CancelAsync(row, cancellationToken);
            }
            catch (PipelineStorageException)
            {
                // Finished in the meantime: then there is only the output to write.
            }
        }

        if (await CountAsync(batch, batchId, cancellationToken))
        {
            await WriteAsync(batch, batchId, cancellationToken);
        }
    }

    private async Task WriteAsync(OpenAiBatchRow batch, long batchId, CancellationToken cancellationToken)
    {
        var (outputFile, errorFile) = await output.WriteAsync(batch, batchId, cancellationToken);
        await batches.FinishAsync(batch.Id, outputFile, errorFile, cancellationToken);
        _counted.TryRemove(batch.Id, out _);
    }
}
