using System.Runtime.CompilerServices;
using Pipeline.Inference;
using Pipeline.Inference.Recipes;
using Pipeline.ServiceDefaults;
using Pipeline.Storage;
using Pipeline.Storage.Ledger;
using Pipeline.Storage.Results;

namespace Pipeline.SummarizeWorker;

/// <summary>
/// The step: take the chunk, summarise its texts, store each result. Knows nothing of the broker. Ledger and writer decide whether the
/// results are production's or an evaluation's.
/// </summary>
internal sealed class SummarizeTextsHandler
{
    private readonly SummarizerCache _engines;
    private readonly WorkLedger _ledger;
    private readonly WorkerPulse _pulse;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lease;
    private readonly OutageRetry _outages;
    private readonly ChunkRunner<SummaryRecord> _runner;
    private readonly ILogger<SummarizeTextsHandler> _logger;

    public SummarizeTextsHandler(
        SummarizerCache engines, WorkLedger ledger, IResultWriter<SummaryRecord> writer, WorkerPulse pulse, ChunkRunnerOptions options,
        EngineGate gate, TimeProvider time, ILogger<SummarizeTextsHandler> logger)
    {
        _engines = engines;
        _ledger = ledger;
        _pulse = pulse;
        _time = time;
        _lease = options.Lease;
        _logger = logger;
        _outages = new OutageRetry(time, options.MaxOutage, (fault, delay) => logger.WaitingForPostgres(fault.GetType().Name, delay.TotalSeconds));
        _runner = new ChunkRunner<SummaryRecord>(ledger, writer, RunAsync, _outages, time, options, EndProcess, exception => exception is EngineException, gate);
    }

    /// <summary>Works on one chunk until it is settled or returned.</summary>
    /// <exception cref="OutageException">PostgreSQL stayed away for too long.</exception>
    /// <exception cref="MisconfigurationException">The recipe is not in this database, or a setting that its engine needs is missing or wrong.</exception>
    public async Task HandleAsync(long chunkId, int recipeId, int size, CancellationToken stopping)
    {
        try
        {
            if (!_engines.IsLoaded(recipeId))
            {
                // A large model takes longer than a message may go without a sign.
                await _outages.RunAsync(token => _ledger.HoldAsync(chunkId, _pulse.Name, _lease, token), CancellationToken.None);
                await _outages.RunAsync(token => _engines.LoadAsync(recipeId, token), CancellationToken.None);
            }

            var settled = await _runner.RunAsync(chunkId, _pulse.Name, stopping);
            _pulse.Add(settled);
            _logger.ChunkSettled(chunkId, settled, size);
        }
        catch (RecipeException exception)
        {
            // Left over from another version. It is refused with its reason, so that it does not stand in the way of what can be run.
            _logger.RecipeRefused(recipeId, exception.Message);
            await _outages.RunAsync(
                token => _ledger.RejectAsync(chunkId, TextFailure.RecipeNotRunnable, exception.Message, token), CancellationToken.None);
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

    private async IAsyncEnumerable<WorkOutcome<SummaryRecord>> RunAsync(
        int recipeId, IReadOnlyList<string> texts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var previous = _time.GetTimestamp();
        await foreach (var outcome in _engines[recipeId].SummarizeAsync(texts, cancellationToken))
        {
            var seconds = _time.GetElapsedTime(previous).TotalSeconds;
            yield return outcome.Value switch
            {
                null => new WorkOutcome<SummaryRecord>(outcome.Index, null, outcome.Failure!.ToWorkFailure()),
                { Text.Length: 0 } => new WorkOutcome<SummaryRecord>(
                    outcome.Index, null, new WorkFailure("empty-summary", "The engine gave an empty summary", IsFinal: false)),
                { } summary when !IsStorable(summary.Text) => new WorkOutcome<SummaryRecord>(
                    outcome.Index, null, new WorkFailure("bad-summary", "The engine gave a summary with NUL or half a character", IsFinal: false)),
                { } summary => new WorkOutcome<SummaryRecord>(outcome.Index, Record(summary, seconds), null),
            };

            // Storing is not the engine's time.
            previous = _time.GetTimestamp();
        }
    }

    private static SummaryRecord Record(Summary summary, double seconds) => new(summary.Text, summary.FinishReason, summary.Truncated)
    {
        Flags = summary.Flags,
        SourceTokens = summary.Tokens?.Source,
        ReadTokens = summary.Tokens?.Read,
        PromptTokens = summary.Tokens?.Prompt,
        OutputTokens = summary.Tokens?.Output,
        Seconds = seconds,
    };

    /// <summary>PostgreSQL refuses NUL and the driver half a surrogate pair; either would take the whole chunk's commit with it.</summary>
    private static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
        {
            if (text[i] == '\0' || (char.IsSurrogate(text[i]) && !char.IsSurrogatePair(text, i)))
            {
                return false;
            }
        }

        return true;
    }
}
