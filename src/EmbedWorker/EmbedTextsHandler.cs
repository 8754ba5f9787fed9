using System.Runtime.CompilerServices;
using Pipeline.Contracts;
using Pipeline.Inference;
using Pipeline.Inference.Recipes;
using Pipeline.ServiceDefaults;
using Pipeline.Storage;
using Pipeline.Storage.Ledger;

namespace Pipeline.EmbedWorker;

/// <summary>The step: take the chunk, embed its texts, store each result. Knows nothing of the broker.</summary>
internal sealed class EmbedTextsHandler
{
    private readonly EmbedderCache _engines;
    private readonly WorkLedger _ledger;
    private readonly WorkerPulse _pulse;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lease;
    private readonly OutageRetry _outages;
    private readonly ChunkRunner<float[]> _runner;
    private readonly ILogger<EmbedTextsHandler> _logger;

    public EmbedTextsHandler(
        EmbedderCache engines, WorkLedger ledger, IResultWriter<float[]> writer, WorkerPulse pulse, ChunkRunnerOptions options,
        TimeProvider time, ILogger<EmbedTextsHandler> logger)
    {
        _engines = engines;
        _ledger = ledger;
        _pulse = pulse;
        _time = time;
        _lease = options.Lease;
        _logger = logger;
        _outages = new OutageRetry(time, options.MaxOutage, (fault, delay) => logger.WaitingForPostgres(fault.GetType().Name, delay.TotalSeconds));
        _runner = new ChunkRunner<float[]>(ledger, writer, RunAsync, _outages, time, options, EndProcess, exception => exception is EngineException);
    }

    /// <summary>Works on one chunk until it is settled or returned.</summary>
    /// <exception cref="OutageException">PostgreSQL stayed away for too long.</exception>
    /// <exception cref="MisconfigurationException">The recipe is not in this database, or a setting that its engine needs is missing or wrong.</exception>
    public async Task HandleAsync(EmbedTexts message, CancellationToken stopping)
    {
        try
        {
            if (!_engines.IsLoaded(message.RecipeId))
            {
                // A large model takes longer than a message may go without a sign.
                await _outages.RunAsync(token => _ledger.HoldAsync(message.ChunkId, _pulse.Name, _lease, token), CancellationToken.None);
                await _outages.RunAsync(token => _engines.LoadAsync(message.RecipeId, token), CancellationToken.None);
            }

            var settled = await _runner.RunAsync(message.ChunkId, _pulse.Name, stopping);
            _pulse.Add(settled);
            _logger.ChunkSettled(message.ChunkId, settled, message.TextIds.Count);
        }
        catch (RecipeException exception)
        {
            // Left over from another version. It is refused with its reason, so that it does not stand in the way of what can be run.
            _logger.RecipeRefused(message.RecipeId, exception.Message);
            await _outages.RunAsync(
                token => _ledger.RejectAsync(message.ChunkId, TextFailure.RecipeNotRunnable, exception.Message, token), CancellationToken.None);
        }
        catch (EngineException exception) when (exception.IsMisconfigured)
        {
            throw new MisconfigurationException(exception.Message, exception);
        }
        catch (EngineException exception)
        {
            // The texts are pending again and will be sent at once; waiting here keeps that from becoming a storm.
            _logger.EngineIsAway(exception.Message, exception.Pause.TotalSeconds);
            await Task.Delay(exception.Pause, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void EndProcess(long chunkId)
    {
        _logger.EngineHangs(chunkId);
        Environment.FailFast("An engine hangs; see the log.");
    }

    private async IAsyncEnumerable<WorkOutcome<float[]>> RunAsync(
        int recipeId, IReadOnlyList<string> texts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var engine = _engines[recipeId];
        await foreach (var outcome in engine.EmbedAsync(texts, cancellationToken))
        {
            yield return outcome.Value is { } embedding
                ? CheckVector(outcome.Index, embedding.Values, engine.Dimensions)
                : new WorkOutcome<float[]>(outcome.Index, null, outcome.Failure!.ToWorkFailure());
        }
    }

    private static WorkOutcome<float[]> CheckVector(int index, float[] values, int dimensions) => VectorRule.Violation(values, dimensions) is { } violation
        ? new WorkOutcome<float[]>(index, null, new WorkFailure(VectorRule.Code, violation, IsFinal: false))
        : new WorkOutcome<float[]>(index, values, null);
}
